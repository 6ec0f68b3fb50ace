<h3>{$L.contact|escape}</h3>
<table class="table">
    <tr><th>{$L.first_name|escape}</th><td>{$contact.first_name|escape}</td></tr>
    <tr><th>{$L.last_name|escape}</th><td>{$contact.last_name|escape}</td></tr>
    <tr><th>{$L.phone|escape}</th><td>{$contact.phone|escape}</td></tr>
    <tr><th>{$L.email|escape}</th><td>{$contact.email|escape}</td></tr>
    {if $administrative}
    <tr><th>{$L.address_one|escape}</th><td>{$administrative.address.street|escape}</td></tr>
    <tr><th>{$L.city|escape}</th><td>{$administrative.address.city|escape}</td></tr>
    <tr><th>{$L.postal_code|escape}</th><td>{$administrative.address.postal_code|escape}</td></tr>
    <tr><th>{$L.country|escape}</th><td>{$administrative.address.country|escape}</td></tr>
    {/if}
</table>
<a href="clientarea.php?action=productdetails&amp;id={$id|escape:'url'}">{$L.back|escape}</a>
