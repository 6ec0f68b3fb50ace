{if $findings}
<div class="alert alert-danger">
    <p>{$L.mistakes|escape}</p>
    <ul>
    {foreach $findings as $finding}
        <li>{if $finding.field}<strong>{$finding.field|escape}</strong>: {/if}{$finding.text|escape}</li>
    {/foreach}
    </ul>
</div>
{/if}
