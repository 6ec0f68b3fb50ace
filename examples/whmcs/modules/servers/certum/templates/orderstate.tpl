<h3>{$L.menu_orderstate|escape}</h3>
<p>{$report.progress_text|escape}</p>
<ul>
{foreach $report.checks as $check}
    <li>{$check.kind_text|escape}: {$check.text|escape}</li>
{/foreach}
</ul>
<a href="clientarea.php?action=productdetails&amp;id={$id|escape:'url'}">{$L.back|escape}</a>
