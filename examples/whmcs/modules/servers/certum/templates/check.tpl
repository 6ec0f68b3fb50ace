<h3>{$L.menu_check|escape}</h3>
{include file="./mistakes.tpl"}
<p>{$L.check_hint|escape}</p>
<form method="post" action="clientarea.php?action=productdetails&amp;id={$id|escape:'url'}&amp;modop=custom&amp;a=check" autocomplete="off">
    <input type="hidden" name="token" value="{$csrf|escape}">
    <input type="hidden" name="once" value="{$once|escape}">
    <button class="btn btn-primary">{$L.confirm|escape}</button>
</form>
