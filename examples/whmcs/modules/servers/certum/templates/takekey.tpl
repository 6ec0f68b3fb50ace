<h3>{$L.menu_takekey|escape}</h3>
{include file="./mistakes.tpl"}
<p>{$L.key_hint|escape}</p>
{if $private_key}
<pre>{$private_key|escape}</pre>
{else}
<form method="post" action="clientarea.php?action=productdetails&amp;id={$id|escape:'url'}&amp;modop=custom&amp;a=takekey" autocomplete="off">
    <input type="hidden" name="token" value="{$csrf|escape}">
    <input type="hidden" name="once" value="{$once|escape}">
    <button class="btn btn-primary">{$L.confirm|escape}</button>
</form>
{/if}
