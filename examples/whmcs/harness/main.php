<?php

/** Goes through the manual. One line for each step; the first difference ends it with 1. */

declare(strict_types=1);

use Harness\{Play, World};
use WHMCS\Database\Capsule;

require __DIR__ . '/Whmcs.php';
foreach (['Smarty', 'World', 'Play'] as $part) {
    require __DIR__ . "/$part.php";
}

$folder = sys_get_temp_dir() . '/whmcs-' . bin2hex(random_bytes(6));
mkdir($folder);
Capsule::open("$folder/whmcs.db");
Capsule::$database->exec((string) file_get_contents(__DIR__ . '/tables.sql'));
$environment = ['GATEWAY_KEY_PASSPHRASE' => bin2hex(random_bytes(16))] + getenv();
$ends = [1 => ['pipe', 'w'], 2 => ['file', "$folder/gateway.log", 'w']];
$gateway = proc_open([$argv[1], '--listen', '127.0.0.1:0'], $ends, $pipes, null, $environment);
$children = [$gateway];
register_shutdown_function(static function () use (&$children, $folder): void {
    foreach ($children as $child) {
        proc_terminate($child, SIGKILL);
    }
    array_map(unlink(...), glob("$folder/*") ?: []);
    rmdir($folder);
});
$line = json_decode((string) fgets($pipes[1]), true) ?? exit("the gateway does not start\n");
$world = new World($line, $folder);
$play = new Play($world);
require __DIR__ . '/../modules/servers/certum/hooks.php';

$chapters = ['settings', 'ordering', 'managing', 'renewing', 'administering', 'crashing'];
foreach (array_slice($argv, 2) ?: $chapters as $chapter) {
    (require __DIR__ . "/steps/$chapter.php")($play, $world);
}
$play->finish();
