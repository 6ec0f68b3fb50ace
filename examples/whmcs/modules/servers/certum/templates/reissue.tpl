<h3>{$L.menu_reissue|escape}</h3>
{include file="./mistakes.tpl"}
<p>{$L.reissue_hint|escape}</p>
<form method="post" action="clientarea.php?action=productdetails&amp;id={$id|escape:'url'}&amp;modop=custom&amp;a=reissue" autocomplete="off">
    <input type="hidden" name="token" value="{$csrf|escape}">
    <input type="hidden" name="once" value="{$once|escape}">
    <label>{$L.serial|escape} <input class="form-control" name="form[serial_number]" value="{$form.serial_number|escape}"></label>
    <label>{$L.csr|escape} <textarea class="form-control" name="form[csr]" rows="8">{$form.csr|escape}</textarea></label>
    {if $rows}
    <h4>{$L.add_to_san|escape}</h4>
    {foreach $rows as $row}
    <p>
        <label>{$L.domain|escape} {$row.label|escape} <input class="form-control" name="form[added][{$row.number|escape}][name]" value="{$row.name|escape}"></label>
        <label><input type="checkbox" name="form[added][{$row.number|escape}][www]" value="1"{if $row.www} checked{/if}> {$L.prefix|escape}</label>
    </p>
    {/foreach}
    <label>{$L.method|escape}
        <select class="form-control" name="form[method]">
            <option value="">{$L.default|escape}</option>
        {foreach $methods as $method}
            <option value="{$method.code|escape}"{if $form.method == $method.code} selected{/if}>{$method.text|escape}</option>
        {/foreach}
        </select>
    </label>
    <label><input type="checkbox" name="form[send_messages]" value="1"{if $form.send_messages} checked{/if}> {$L.send_messages|escape}</label>
    {/if}
    <button class="btn btn-primary">{$L.confirm|escape}</button>
</form>
