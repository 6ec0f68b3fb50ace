<h3>{$L.step_one|escape}</h3>
{include file="./mistakes.tpl"}
<form method="post" action="clientarea.php?action=productdetails&amp;id={$id|escape:'url'}&amp;modop=custom&amp;a=configure" autocomplete="off">
    <input type="hidden" name="token" value="{$csrf|escape}">
    <input type="hidden" name="once" value="{$once|escape}">
    <label>{$L.server_type|escape}
        <select class="form-control" name="form[server]">
        {foreach $servers as $server}
            <option value="{$server.code|escape}"{if $form.server == $server.code} selected{/if}>{$server.text|escape}</option>
        {/foreach}
        </select>
    </label>
    <label><input type="radio" name="form[key]" value="request" checked> {$L.key_request|escape}</label>
    <label><input type="radio" name="form[key]" value="generate"> {$L.key_generate|escape}</label>
    <label>{$L.csr|escape} <textarea class="form-control" name="form[csr]" rows="8">{$form.csr|escape}</textarea></label>
    <p>{$L.csr_hint|escape}</p>
    <button class="btn btn-default" name="decode" value="1">{$L.decode|escape}</button>
    {if $decoded}<p>{$L.decoded|escape}: {$decoded.subject|escape}</p>{/if}
    <label>{$L.hash_algorithm|escape}
        <select class="form-control" name="form[hash_algorithm]">
            <option value="">{$L.default|escape}</option>
            <option{if $form.hash_algorithm == 'RSA-SHA256'} selected{/if}>RSA-SHA256</option>
            <option{if $form.hash_algorithm == 'ECC-SHA256'} selected{/if}>ECC-SHA256</option>
        </select>
    </label>
    {if $kind != 'tls' || $level != 'domain'}
    <h4>{$L.certificate_details|escape}</h4>
    {if $kind != 'tls'}
    <label>{$L.common_name|escape} <input class="form-control" name="form[subject][common_name]" value="{$form.subject.common_name|escape}"></label>
    <label>{$L.certified_email|escape} <input class="form-control" name="form[subject][email]" value="{$form.subject.email|escape}"></label>
    <label>{$L.given_name|escape} <input class="form-control" name="form[subject][given_name]" value="{$form.subject.given_name|escape}"></label>
    <label>{$L.surname|escape} <input class="form-control" name="form[subject][surname]" value="{$form.subject.surname|escape}"></label>
    {/if}
    <label>{$L.organization|escape} <input class="form-control" name="form[subject][organization]" value="{$form.subject.organization|escape}"></label>
    <label>{$L.organizational_unit|escape} <input class="form-control" name="form[subject][organizational_unit]" value="{$form.subject.organizational_unit|escape}"></label>
    <label>{$L.locality|escape} <input class="form-control" name="form[subject][locality]" value="{$form.subject.locality|escape}"></label>
    <label>{$L.state_province|escape} <input class="form-control" name="form[subject][state]" value="{$form.subject.state|escape}"></label>
    <label>{$L.country|escape} <input class="form-control" name="form[subject][country]" value="{$form.subject.country|escape}"></label>
    <label>{$L.tax_number|escape} <input class="form-control" name="form[subject][tax_number]" value="{$form.subject.tax_number|escape}"></label>
    {if $level == 'extended'}
    <label>{$L.registration_number|escape} <input class="form-control" name="form[subject][registration][serial_number]" value="{$form.subject.registration.serial_number|escape}"></label>
    <label>{$L.business_category|escape} <input class="form-control" name="form[subject][registration][business_category]" value="{$form.subject.registration.business_category|escape}"></label>
    <label>{$L.street_address|escape} <input class="form-control" name="form[subject][registration][street_address]" value="{$form.subject.registration.street_address|escape}"></label>
    <label>{$L.postal_code|escape} <input class="form-control" name="form[subject][registration][postal_code]" value="{$form.subject.registration.postal_code|escape}"></label>
    <label>{$L.locality|escape} <input class="form-control" name="form[subject][registration][locality]" value="{$form.subject.registration.locality|escape}"></label>
    <label>{$L.state_province|escape} <input class="form-control" name="form[subject][registration][state]" value="{$form.subject.registration.state|escape}"></label>
    <label>{$L.country|escape} <input class="form-control" name="form[subject][registration][country]" value="{$form.subject.registration.country|escape}"></label>
    {/if}
    {/if}
    <h4>{$L.contact_details|escape}</h4>
    <label>{$L.first_name|escape} <input class="form-control" name="form[contact][first_name]" value="{$form.contact.first_name|escape}"></label>
    <label>{$L.last_name|escape} <input class="form-control" name="form[contact][last_name]" value="{$form.contact.last_name|escape}"></label>
    <label>{$L.phone|escape} <input class="form-control" name="form[contact][phone]" value="{$form.contact.phone|escape}"></label>
    <label>{$L.email|escape} <input class="form-control" name="form[contact][email]" value="{$form.contact.email|escape}"></label>
    <label>{$L.revocation_contact|escape} <input class="form-control" name="form[revocation_contact]" value="{$form.revocation_contact|escape}"></label>
    <h4>{$L.administrative|escape}</h4>
    <p>{$L.administrative_hint|escape}</p>
    <label>{$L.first_name|escape} <input class="form-control" name="form[administrative][contact][first_name]" value="{$form.administrative.contact.first_name|escape}"></label>
    <label>{$L.last_name|escape} <input class="form-control" name="form[administrative][contact][last_name]" value="{$form.administrative.contact.last_name|escape}"></label>
    <label>{$L.organization_name|escape} <input class="form-control" name="form[administrative][organization]" value="{$form.administrative.organization|escape}"></label>
    <label>{$L.job_title|escape} <input class="form-control" name="form[administrative][job_title]" value="{$form.administrative.job_title|escape}"></label>
    <label>{$L.email|escape} <input class="form-control" name="form[administrative][contact][email]" value="{$form.administrative.contact.email|escape}"></label>
    <label>{$L.address_one|escape} <input class="form-control" name="form[administrative][address][street]" value="{$form.administrative.address.street|escape}"></label>
    <label>{$L.address_two|escape} <input class="form-control" name="form[administrative][address][second_line]" value="{$form.administrative.address.second_line|escape}"></label>
    <label>{$L.city|escape} <input class="form-control" name="form[administrative][address][city]" value="{$form.administrative.address.city|escape}"></label>
    <label>{$L.region|escape} <input class="form-control" name="form[administrative][address][state]" value="{$form.administrative.address.state|escape}"></label>
    <label>{$L.postal_code|escape} <input class="form-control" name="form[administrative][address][postal_code]" value="{$form.administrative.address.postal_code|escape}"></label>
    <label>{$L.country|escape} <input class="form-control" name="form[administrative][address][country]" value="{$form.administrative.address.country|escape}"></label>
    <label>{$L.phone|escape} <input class="form-control" name="form[administrative][contact][phone]" value="{$form.administrative.contact.phone|escape}"></label>
    <button class="btn btn-primary">{$L.continue|escape}</button>
</form>
