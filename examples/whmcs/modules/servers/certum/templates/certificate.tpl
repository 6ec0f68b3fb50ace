<h3>{$L.menu_certificate|escape}</h3>
<p>
{foreach $servers as $one}
    <a href="clientarea.php?action=productdetails&amp;id={$id|escape:'url'}&amp;modop=custom&amp;a=certificate&amp;server={$one.code|escape:'url'}">{$one.text|escape}</a>
{/foreach}
</p>
{foreach $certificates as $certificate}
<h4>X.509 {$certificate.serial_number|escape}</h4>
<p>{$L.validity|escape}: {$certificate.not_before|escape} – {$certificate.not_after|escape}. {$certificate.standing_text|escape}</p>
<pre>{$certificate.pem|escape}</pre>
<p>
{if $certificate.serial_number != $open}
    <a href="clientarea.php?action=productdetails&amp;id={$id|escape:'url'}&amp;modop=custom&amp;a=certificate&amp;server={$server|escape:'url'}&amp;serial={$certificate.serial_number|escape:'url'}">{$L.files|escape}</a>
{/if}
{foreach $certificate.files as $file}
    <a href="clientarea.php?action=productdetails&amp;id={$id|escape:'url'}&amp;modop=custom&amp;a=download&amp;server={$server|escape:'url'}&amp;serial={$certificate.serial_number|escape:'url'}&amp;file={$file.name|escape:'url'}">{$L.save|escape}: {$file.name|escape}</a>
{/foreach}
</p>
{foreach $certificate.chain as $issuer}
<h5>{$issuer.subject|escape}</h5>
<pre>{$issuer.pem|escape}</pre>
{/foreach}
{/foreach}
<a href="clientarea.php?action=productdetails&amp;id={$id|escape:'url'}">{$L.back|escape}</a>
