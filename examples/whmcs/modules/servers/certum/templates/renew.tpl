<h3>{$L.menu_renewcertificate|escape}</h3>
{include file="./mistakes.tpl"}
<p>{$L.renew_hint|escape}</p>
<form method="post" action="clientarea.php?action=productdetails&amp;id={$id|escape:'url'}&amp;modop=custom&amp;a=renewcertificate" autocomplete="off">
    <input type="hidden" name="token" value="{$csrf|escape}">
    <input type="hidden" name="once" value="{$once|escape}">
    <label>{$L.serial|escape} <input class="form-control" name="form[serial_number]" value="{$form.serial_number|escape}"></label>
    <label>{$L.pem|escape} <textarea class="form-control" name="form[pem]" rows="6">{$form.pem|escape}</textarea></label>
    <label>{$L.csr|escape} <textarea class="form-control" name="form[csr]" rows="8">{$form.csr|escape}</textarea></label>
    <label>{$L.method|escape}
        <select class="form-control" name="form[method]">
            <option value="">{$L.default|escape}</option>
        {foreach $methods as $method}
            <option value="{$method.code|escape}"{if $form.method == $method.code} selected{/if}>{$method.text|escape}</option>
        {/foreach}
        </select>
    </label>
    <label><input type="checkbox" name="form[send_messages]" value="1"{if $form.send_messages} checked{/if}> {$L.send_messages|escape}</label>
    <button class="btn btn-primary">{$L.confirm|escape}</button>
</form>
