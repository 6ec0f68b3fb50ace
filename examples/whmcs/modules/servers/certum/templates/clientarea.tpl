<h3>{$L.overview|escape}</h3>
{if $view.offered.configure}
<p><a class="btn btn-primary" href="clientarea.php?action=productdetails&amp;id={$id|escape:'url'}&amp;modop=custom&amp;a=configure">{$L.configure_link|escape}</a></p>
{/if}
<table class="table">
    <tr><th>{$L.product|escape}</th><td>{$view.title|escape}</td></tr>
    <tr><th>{$L.state|escape}</th><td>{$view.state_text|escape}</td></tr>
    {if $view.waits_for}<tr><th>{$L.waits_for|escape}</th><td>{$view.waits_for.text|escape}</td></tr>{/if}
    {if $view.common_name}<tr><th>{$L.domain|escape}</th><td>{$view.common_name|escape}</td></tr>{/if}
    <tr><th>{$L.created_at|escape}</th><td>{$view.created_at|escape}</td></tr>
    {if $view.newest}
    <tr><th>{$L.serial|escape}</th><td>{$view.newest.serial_number|escape}</td></tr>
    <tr><th>{$L.expires_at|escape}</th><td>{$view.newest.not_after|escape}</td></tr>
    {/if}
</table>
{if $view.instructions}
<h4>{$L.instructions|escape}</h4>
<ul>
{foreach $view.instructions as $instruction}
    <li>{$instruction.text|escape}</li>
{/foreach}
</ul>
{/if}
