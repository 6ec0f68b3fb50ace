<?php

/** Calls one function of the module in a process of its own, which the proxy kills half-way. */

declare(strict_types=1);

require __DIR__ . '/Whmcs.php';

[, $database, $armed, $call] = $argv;
$call = json_decode($call, true);
WHMCS\Database\Capsule::open($database);
require __DIR__ . '/../modules/servers/certum/hooks.php';
Heard::$diesAfter = $call['dies_after'] ?? '';
$_SERVER['REQUEST_METHOD'] = $call['post'] === [] ? 'GET' : 'POST';
$_POST = $call['post'];
file_put_contents($armed, json_encode(['pid' => getmypid(), 'path' => $call['path'], 'when' => $call['when']]));
if (isset($call['hook'])) {
    run_hook($call['hook'], $call['vars']);
} else {
    $call['function']($call['params']);
}
echo "survived\n";
