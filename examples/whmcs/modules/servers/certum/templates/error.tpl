<div class="alert alert-danger">{$message|escape}</div>
<a href="clientarea.php?action=productdetails&amp;id={$id|escape:'url'}">{$L.back|escape}</a>
