<h3>{$L.menu_domainstate|escape}</h3>
<ul>
{foreach $states as $state}
    <li>{$state.name|escape}: {$state.text|escape}</li>
{/foreach}
{if $email}
    <li>{$email.email|escape}: {$email.text|escape}</li>
{/if}
</ul>
{if $instructions}
<h4>{$L.instructions|escape}</h4>
{foreach $instructions as $instruction}
<p>{$instruction.text|escape}</p>
{if $instruction.record}<pre>{$instruction.record.name|escape} {$instruction.record.type|escape} {$instruction.record.value|escape}</pre>{/if}
{/foreach}
{/if}
<a href="clientarea.php?action=productdetails&amp;id={$id|escape:'url'}">{$L.back|escape}</a>
