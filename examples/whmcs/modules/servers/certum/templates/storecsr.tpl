<h3>{$L.menu_storecsr|escape}</h3>
{include file="./mistakes.tpl"}
<p>{$L.store_hint|escape}</p>
<form method="post" action="clientarea.php?action=productdetails&amp;id={$id|escape:'url'}&amp;modop=custom&amp;a=storecsr" autocomplete="off">
    <input type="hidden" name="token" value="{$csrf|escape}">
    <input type="hidden" name="once" value="{$once|escape}">
    {if $view.stored_request}<p>{$L.stored|escape}</p>{/if}
    <label>{$L.csr|escape} <textarea class="form-control" name="form[csr]" rows="8">{$form.csr|escape}</textarea></label>
    <button class="btn btn-primary">{$L.save|escape}</button>
</form>
