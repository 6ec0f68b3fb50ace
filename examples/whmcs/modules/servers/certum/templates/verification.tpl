<h3>{$L.menu_verification|escape}</h3>
{include file="./mistakes.tpl"}
<form method="post" action="clientarea.php?action=productdetails&amp;id={$id|escape:'url'}&amp;modop=custom&amp;a=verification" autocomplete="off">
    <input type="hidden" name="token" value="{$csrf|escape}">
    <input type="hidden" name="once" value="{$once|escape}">
    <label>{$L.method|escape}
        <select class="form-control" name="form[method]">
            <option value="">{$L.resend_only|escape}</option>
        {foreach $methods as $method}
            <option value="{$method.code|escape}"{if $form.method == $method.code} selected{/if}>{$method.text|escape}</option>
        {/foreach}
        </select>
    </label>
    <label><input type="checkbox" name="form[send_messages]" value="1"{if $form.send_messages} checked{/if}> {$L.send_messages|escape}</label>
    <button class="btn btn-primary">{$L.confirm|escape}</button>
</form>
