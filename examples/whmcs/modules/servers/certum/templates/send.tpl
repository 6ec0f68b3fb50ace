<h3>{$L.menu_send|escape}</h3>
{include file="./mistakes.tpl"}
<form method="post" action="clientarea.php?action=productdetails&amp;id={$id|escape:'url'}&amp;modop=custom&amp;a=send" autocomplete="off">
    <input type="hidden" name="token" value="{$csrf|escape}">
    <input type="hidden" name="once" value="{$once|escape}">
    <label>{$L.serial|escape} <input class="form-control" name="form[serial_number]" value="{$form.serial_number|escape}"></label>
    <label>{$L.recipient|escape} <input class="form-control" name="form[email]" value="{$form.email|escape}"></label>
    <p>{$L.recipient_hint|escape}</p>
    <button class="btn btn-primary">{$L.confirm|escape}</button>
</form>
