<h3>{$L.step_two|escape}</h3>
{include file="./mistakes.tpl"}
<form method="post" action="clientarea.php?action=productdetails&amp;id={$id|escape:'url'}&amp;modop=custom&amp;a=names" autocomplete="off">
    <input type="hidden" name="token" value="{$csrf|escape}">
    <input type="hidden" name="once" value="{$once|escape}">
    {if $kind == 'tls'}
    <h4>{$L.add_to_san|escape}</h4>
    {foreach $rows as $row}
    <p>
        <label>{$L.domain|escape} {$row.label|escape} <input class="form-control" name="form[names][{$row.number|escape}][name]" value="{$row.name|escape}"></label>
        <label><input type="checkbox" name="form[names][{$row.number|escape}][www]" value="1"{if $row.www} checked{/if}> {$L.prefix|escape}</label>
    </p>
    {/foreach}
    <label>{$L.method|escape}
        <select class="form-control" name="form[method]">
        {foreach $methods as $method}
            <option value="{$method.code|escape}"{if $chosen == $method.code} selected{/if}>{$method.text|escape}</option>
        {/foreach}
        </select>
    </label>
    <label><input type="checkbox" name="form[send_messages]" value="1"{if $form.send_messages} checked{/if}> {$L.send_messages|escape}</label>
    {else}
    <h4>{$L.certificate_details|escape}</h4>
    <table class="table">
        <tr><th>{$L.common_name|escape}</th><td>{$form.subject.common_name|escape}</td></tr>
        <tr><th>{$L.organization|escape}</th><td>{$form.subject.organization|escape}</td></tr>
        <tr><th>{$L.organizational_unit|escape}</th><td>{$form.subject.organizational_unit|escape}</td></tr>
        <tr><th>{$L.locality|escape}</th><td>{$form.subject.locality|escape}</td></tr>
        <tr><th>{$L.country|escape}</th><td>{$form.subject.country|escape}</td></tr>
        <tr><th>{$L.email|escape}</th><td>{$form.subject.email|escape}</td></tr>
    </table>
    <p>{$L.no_names|escape}</p>
    {/if}
    <button class="btn btn-primary">{$L.continue|escape}</button>
</form>
