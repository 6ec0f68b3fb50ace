<?php

/** A process that dies between its request and the answer, at every function that writes; called again, nothing happens twice. */

declare(strict_types=1);

use Harness\{Play, World};
use WHMCS\Database\Capsule;

return static function (Play $play, World $world): void {
    ['port' => $through, 'armed' => $armed] = $world->proxy();
    Capsule::table('tblservers')->where('id', 1)->update(['port' => $through]);
    $direct = $world->port;

    // Runs a call in a process that the proxy kills, and then the same call in full.
    $kill = static function (array $call, string $when) use ($world, $armed, $through, $direct): void {
        $world->port = $through;
        $call += ['post' => [], 'when' => $when] + (isset($call['function']) ? ['params' => ($call['with'] ?? []) + $world->params($call['id'])] : []);
        $command = [PHP_BINARY, __DIR__ . '/../child.php', "{$world->folder}/whmcs.db", $armed, json_encode($call)];
        $child = proc_open($command, [1 => ['pipe', 'w']], $pipes);
        Play::same('', (string) stream_get_contents($pipes[1]), 'the child survived');
        proc_close($child);
        $world->port = $direct;
    };
    $ready = static function (string $name, string $cycle = 'One Time') use ($play, $world): int {
        $id = $play->order($name, cycle: $cycle);
        $world->issued($id);
        return $id;
    };
    $form = static fn (array $fields): array => ['form' => $fields, 'token' => Heard::CSRF, 'once' => bin2hex(random_bytes(16))];

    foreach (['before', 'after'] as $when) {
        $play->step("killed $when the gateway heard: create", static function () use ($play, $world, $kill, $when): void {
            $id = $world->sell([1 => '601']);
            $kill(['function' => 'certum_CreateAccount', 'id' => $id, 'path' => '/v1/services'], $when);
            Play::same('', $play->status($id), 'no row yet');
            $play->twice('CreateAccount', $id);
            Play::same(1, count(Capsule::table('tblsslorders')->where('serviceid', $id)->get()), 'rows');
            Play::same(1, $world->named("whmcs:" . Certum\Host::installation() . ":$id"), 'services at the gateway');
        });
        $play->step("killed $when the gateway heard: configure", static function () use ($play, $world, $kill, $form, $when): void {
            $id = $world->sell([1 => '601']);
            $play->call('CreateAccount', $id);
            $name = "configure-$when.example.com";
            $contact = ['first_name' => 'Jan', 'last_name' => 'Nowak', 'email' => 'jan@example.com'];
            $play->fill($id, 'configure', ['csr' => World::csr($name, [$name]), 'contact' => $contact]);
            $posted = $form(['names' => [['name' => $name]], 'method' => 'dns-txt-prefix']);
            $before = $world->written()['quickOrder'] ?? 0;
            $kill(['function' => 'certum_names', 'id' => $id, 'post' => $posted, 'path' => '/actions/configure'], $when);
            Play::has('handed in', $play->send($id, 'names', $posted), 'sent again');
            $world->issued($id);
            Play::same($before + 1, $world->written()['quickOrder'], 'orders');
        });
        $pages = [
            'reissue' => ['reissue', 'reissueCertificate', ['csr' => true]],
            'renewcertificate' => ['renew', 'renewCertificate', ['csr' => true]],
            'revoke' => ['revoke', 'revokeCertificate', ['reason' => 'superseded']],
        ];
        foreach ($pages as $page => [$action, $operation, $fields]) {
            $play->step("killed $when the gateway heard: $action", static function () use ($play, $world, $kill, $form, $ready, $when, $page, $action, $operation, $fields): void {
                $name = "$action-$when.example.com";
                $id = $ready($name);
                $posted = $form((isset($fields['csr']) ? ['csr' => World::csr($name, [$name])] : []) + $fields);
                $before = $world->written()[$operation] ?? 0;
                $kill(['function' => "certum_$page", 'id' => $id, 'post' => $posted, 'path' => "/actions/$action"], $when);
                $play->send($id, $page, $posted);
                $play->send($id, $page, $posted);
                $isRevoked = static fn (array $view): bool => $view['certificates'][0]['standing'] === 'revoked';
                $action === 'revoke' ? $world->until($id, $isRevoked, 'revoked') : $world->issued($id, 2);
                Play::same($before + 1, $world->written()[$operation], $operation);
            });
        }
        $play->step("killed $when the gateway heard: send", static function () use ($play, $world, $kill, $form, $ready, $when): void {
            $id = $ready("send-$when.example.com");
            $letters = static fn (): int => count(array_filter(Heard::all('SendEmail'), static fn (array $one): bool => $one['id'] === $id));
            $world->settle($id);
            run_hook('DailyCronJob');
            $before = $letters();
            $kill(['function' => 'certum_adminsend', 'id' => $id, 'path' => '/actions/send_certificate'], $when);
            Play::same('send_certificate', Certum\Host::noted($id, 'begun')['action'] ?? null, 'what was begun is kept');
            $play->call('adminsend', $id);
            Play::same(null, Certum\Host::noted($id, 'begun'), 'what was begun is over');
            $world->settle($id);
            run_hook('DailyCronJob');
            Play::same($before + 1, $letters(), 'letters');
        });
        $play->step("killed $when the gateway heard: a payment", static function () use ($play, $world, $kill, $ready, $when): void {
            $id = $ready("paid-$when.example.com", 'Annually');
            $invoice = $world->invoice($id);
            $world->pay($invoice);
            $vars = ['invoiceid' => $invoice];
            $kill(['hook' => 'InvoicePaid', 'vars' => $vars, 'id' => $id, 'path' => '/actions/receive_payment'], $when);
            run_hook('DailyCronJob');
            $paid = $world->issued($id)['account']['paid_through'];
            Play::same(date('Y-m-d', (int) strtotime("{$world->today()} +1 year -1 day")), $paid, 'paid for one period');
            run_hook('InvoicePaid', $vars);
            $play->call('Renew', $id);
            Play::same($paid, $world->issued($id)['account']['paid_through'], 'paid once');
        });
        foreach (['Suspend' => 'suspended', 'Unsuspend' => 'running', 'Terminate' => 'terminated'] as $function => $running) {
            $play->step("killed $when the gateway heard: " . strtolower($function), static function () use ($play, $world, $kill, $ready, $when, $function, $running): void {
                $id = $ready(strtolower($function) . "-$when.example.com");
                if ($function === 'Unsuspend') {
                    $play->call('SuspendAccount', $id);
                }
                $before = $world->written();
                $kill(['function' => "certum_{$function}Account", 'id' => $id, 'path' => '/actions/'], $when);
                $play->twice("{$function}Account", $id);
                Play::same($running, $world->issued($id)['running'], 'running');
                Play::same($before, $world->written(), 'calls of the CA');
            });
        }
        $play->step("killed $when the gateway heard: cancel", static function () use ($play, $world, $kill, $when): void {
            $id = $play->order("cancel-$when.example.com");
            $world->until($id, static fn (array $view): bool => $view['instructions'] !== [], 'instructions');
            $before = $world->written()['cancelOrder'] ?? 0;
            $kill(['function' => 'certum_admincancel', 'id' => $id, 'path' => '/actions/cancel_order'], $when);
            certum_admincancel($world->params($id));
            $world->until($id, static fn (array $view): bool => $view['state'] === 'rejected', 'cancelled');
            Play::same($before + 1, $world->written()['cancelOrder'], 'cancellations');
        });
    }
    foreach (['before', 'after'] as $when) {
        $pending = static function (string $name, string $method) use ($play, $world): int {
            $id = $play->order($name, method: $method);
            $world->until($id, static fn (array $view): bool => $view['state'] === 'validating' && $view['instructions'] !== [], 'validating');
            return $id;
        };
        $play->step("killed $when the gateway heard: change the verification, send it again", static function () use ($play, $world, $kill, $form, $pending, $when): void {
            $id = $pending("verify-$when.example.com", 'email:admin');
            $order = $world->until($id, static fn (array $view): bool => true, 'seen')['order_id'];
            $sent = static fn (): int => $world->mails($order);
            foreach (['resend_verification' => '', 'change_method' => 'email:webmaster'] as $action => $method) {
                $before = $sent();
                $posted = $form(['method' => $method]);
                $kill(['function' => 'certum_verification', 'id' => $id, 'post' => $posted, 'path' => "/actions/$action"], $when);
                foreach ([1, 2] as $time) {
                    Play::has('has been changed or sent again', $play->send($id, 'verification', $posted), $action);
                }
                Play::same($before + 1, $sent(), "messages of $action");
            }
            Play::same('email:webmaster', $world->issued($id)['method']['id'], 'method');
        });
        $play->step("killed $when the gateway heard: store a request", static function () use ($play, $world, $kill, $form, $ready, $when): void {
            $id = $ready("store-$when.example.com", 'Annually');
            $before = $world->written();
            $posted = $form(['csr' => World::csr("store-$when.example.com", ["store-$when.example.com"])]);
            $kill(['function' => 'certum_storecsr', 'id' => $id, 'post' => $posted, 'path' => '/actions/store_request'], $when);
            foreach ([1, 2] as $time) {
                Play::has('is stored', $play->send($id, 'storecsr', $posted), 'stored');
            }
            Play::same([true, $before], [$world->issued($id)['stored_request'], $world->written()], 'stored, and the CA hears nothing');
        });
        $play->step("killed $when the gateway heard: first step, key, key handed out", static function () use ($play, $world, $kill, $form, $when): void {
            $id = $world->sell([1 => '601']);
            $play->call('CreateAccount', $id);
            $name = "key-$when.example.com";
            $posted = $form(['key' => 'generate', 'contact' => ['first_name' => 'Jan', 'last_name' => 'Nowak', 'email' => 'jan@example.com']]);
            $kill(['function' => 'certum_configure', 'id' => $id, 'post' => $posted, 'path' => '/draft'], $when);
            Play::has('step 2', $play->send($id, 'configure', $posted), 'first step');
            $posted = $form(['names' => [['name' => $name]], 'method' => 'dns-txt']);
            $before = $world->written()['quickOrder'] ?? 0;
            $kill(['function' => 'certum_names', 'id' => $id, 'post' => $posted, 'path' => '/request'], $when);
            Play::has('handed in', $play->send($id, 'names', $posted), 'second step');
            $certificate = $world->issued($id)['certificates'][0]['pem'];
            Play::same($before + 1, $world->written()['quickOrder'], 'orders');
            $posted = $form([]);
            $kill(['function' => 'certum_takekey', 'id' => $id, 'post' => $posted, 'path' => '/actions/take_key'], $when);
            preg_match('/-----BEGIN.*PRIVATE KEY-----/s', html_entity_decode($play->send($id, 'takekey', $posted)), $key);
            Play::same(true, openssl_x509_check_private_key($certificate, $key[0] ?? ''), 'the key of the certificate');
        });
        $play->step("killed $when the gateway heard: request cancellation, and take it back", static function () use ($world, $kill, $ready, $when): void {
            $id = $ready("no-more-$when.example.com", 'Annually');
            $vars = ['userid' => 7, 'relid' => $id, 'reason' => 'enough', 'type' => 'Immediate'];
            Capsule::table('tblcancelrequests')->insert(['relid' => $id, 'reason' => 'enough', 'type' => 'Immediate']);
            $kill(['hook' => 'CancellationRequest', 'vars' => $vars, 'id' => $id, 'path' => '/actions/request_cancellation'], $when);
            run_hook('DailyCronJob');
            Play::same('enough', $world->issued($id)['cancellation']['reason'] ?? null, 'cancellation');
            Capsule::table('tblcancelrequests')->where('relid', $id)->delete();
            $kill(['hook' => 'DailyCronJob', 'vars' => [], 'id' => $id, 'path' => '/actions/withdraw_cancellation'], $when);
            run_hook('DailyCronJob');
            Play::same(null, $world->issued($id)['cancellation'], 'cancellation');
            Play::same(null, Certum\Host::noted($id, 'cancelling'), 'what was noted');
        });
        $play->step("killed $when the gateway heard: change the package", static function () use ($play, $world, $kill, $ready, $when): void {
            $id = $ready("package-$when.example.com", 'Annually');
            Capsule::table('tblhosting')->where('id', $id)->update(['amount' => '59.00']);
            $kill(['function' => 'certum_ChangePackage', 'id' => $id, 'path' => '/actions/change_offer'], $when);
            $play->twice('ChangePackage', $id);
            Play::same('59.00 PLN', $world->issued($id)['billing']['price'], 'price');
        });
        $play->step("killed $when the gateway heard: WHMCS's own steps", static function () use ($play, $world, $kill, $when): void {
            $id = $world->sell([1 => '601']);
            $play->call('CreateAccount', $id);
            $name = "steps-$when.example.com";
            $posted = ['csr' => World::csr($name, [$name]), 'firstname' => 'Jan', 'lastname' => 'Nowak', 'email' => 'jan@example.com'];
            $posted['fields'] = ['names' => $name, 'method' => 'dns-txt'];
            $before = $world->written()['quickOrder'] ?? 0;
            $kill(['function' => 'certum_SSLStepTwo', 'id' => $id, 'with' => $posted, 'path' => '/draft'], $when);
            Play::same($name, certum_SSLStepTwo($posted + $world->params($id))['displaydata']['Names'] ?? null, 'names');
            $kill(['function' => 'certum_SSLStepThree', 'id' => $id, 'with' => $posted, 'path' => '/actions/configure'], $when);
            Play::same([], certum_SSLStepThree($posted + $world->params($id)), 'third step');
            $world->issued($id);
            Play::same($before + 1, $world->written()['quickOrder'], 'orders');
        });
        $play->step("killed $when the gateway heard: the admin's reissue, renewal and revocation", static function () use ($play, $world, $kill, $ready, $when): void {
            $name = "admin-$when.example.com";
            $id = $ready($name);
            $acts = ['reissue' => ['reissueCertificate', ['reissue_csr' => true]], 'renew' => ['renewCertificate', ['renew_csr' => true]]];
            $acts['revoke'] = ['revokeCertificate', ['reason' => 'superseded']];
            foreach ($acts as $action => [$operation, $fields]) {
                $csr = World::csr($name, [$name]);
                $play->save($id, array_map(static fn (mixed $value): string => $value === true ? $csr : $value, $fields));
                $before = $world->written()[$operation] ?? 0;
                $had = count($world->issued($id)['certificates']);
                $kill(['function' => "certum_admin$action", 'id' => $id, 'path' => "/actions/$action"], $when);
                $play->call("admin$action", $id);
                $isRevoked = static fn (array $view): bool => $view['certificates'][0]['standing'] === 'revoked';
                $action === 'revoke' ? $world->until($id, $isRevoked, 'revoked') : $world->issued($id, $had + 1);
                Play::same($before + 1, $world->written()[$operation], $operation);
            }
        });
    }
    $play->step('killed between a letter and its place: the cron sends it again, once', static function () use ($play, $world, $kill, $ready): void {
        $id = $ready('letter.example.com');
        $world->settle($id);
        run_hook('DailyCronJob');
        $before = count(Play::letters($id));
        $play->fill($id, 'send', ['serial_number' => '', 'email' => '']);
        $world->settle($id);
        $kill(['hook' => 'DailyCronJob', 'vars' => [], 'id' => $id, 'dies_after' => 'SendEmail', 'path' => '/nowhere'], 'before');
        Play::same($before + 1, count(Play::letters($id)), 'letters before it died');
        run_hook('DailyCronJob');
        run_hook('DailyCronJob');
        Play::same($before + 2, count(Play::letters($id)), 'letters');
    });
    Capsule::table('tblservers')->where('id', 1)->update(['port' => $direct]);
};
