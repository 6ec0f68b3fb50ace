<?php

/**
 * Stands before the gateway and kills a caller between the request and the answer.
 * The file that it is given arms it, once: {"pid", "path", "when": "before" or "after" the gateway is asked}. With "lost" nobody
 * is killed: so many "times" the gateway is asked, and its answer lost.
 */

declare(strict_types=1);

[, $port, $armed] = $argv;
$server = stream_socket_server('tcp://127.0.0.1:0');
echo parse_url('tcp://' . stream_socket_get_name($server, false), PHP_URL_PORT), "\n";
while ($client = stream_socket_accept($server, -1)) {
    $head = '';
    while (!str_contains($head, "\r\n\r\n") && ($line = fgets($client)) !== false) {
        $head .= $line;
    }
    if ($head === '') {
        continue;
    }
    $length = preg_match('/^content-length: (\d+)/mi', $head, $found) === 1 ? (int) $found[1] : 0;
    $body = $length === 0 ? '' : (string) stream_get_contents($client, $length);
    $order = is_file($armed) ? json_decode((string) file_get_contents($armed), true) + ['times' => 1] : null;
    $isHit = $order !== null && !str_starts_with($head, 'GET') && str_contains(strtok($head, "\r\n"), $order['path']);
    if ($isHit && --$order['times'] > 0) {
        file_put_contents($armed, json_encode($order));
    } elseif ($isHit) {
        unlink($armed);
    }
    if ($isHit && $order['when'] === 'before') {
        posix_kill($order['pid'], SIGKILL);
        continue;
    }
    $gateway = stream_socket_client("tcp://127.0.0.1:$port");
    fwrite($gateway, str_replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", $head) . $body);
    $answer = (string) stream_get_contents($gateway);
    if ($isHit) {
        $order['when'] === 'lost' || posix_kill($order['pid'], SIGKILL);
        fclose($client);
        continue;
    }
    fwrite($client, $answer);
    fclose($client);
}
