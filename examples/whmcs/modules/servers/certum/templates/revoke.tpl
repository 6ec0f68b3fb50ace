<h3>{$L.menu_revoke|escape}</h3>
{include file="./mistakes.tpl"}
<p>{$L.irreversible|escape}</p>
<form method="post" action="clientarea.php?action=productdetails&amp;id={$id|escape:'url'}&amp;modop=custom&amp;a=revoke" autocomplete="off">
    <input type="hidden" name="token" value="{$csrf|escape}">
    <input type="hidden" name="once" value="{$once|escape}">
    <label>{$L.serial|escape} <input class="form-control" name="form[serial_number]" value="{$form.serial_number|escape}"></label>
    <p>{$L.reason|escape}</p>
    {foreach $reasons as $reason}
    <label><input type="radio" name="form[reason]" value="{$reason.code|escape}" required{if $form.reason == $reason.code} checked{/if}> {$reason.text|escape}</label>
    {/foreach}
    <label>{$L.compromised_on|escape} <input class="form-control" name="form[compromised_on]" value="{$form.compromised_on|escape}"></label>
    <label>{$L.note|escape} <textarea class="form-control" name="form[note]" maxlength="250">{$form.note|escape}</textarea></label>
    <button class="btn btn-primary">{$L.confirm|escape}</button>
</form>
