<?php

/** Verification by each method and its change, and what clients do with a certificate. */

declare(strict_types=1);

use Harness\{Play, World};
use WHMCS\Database\Capsule;

return static function (Play $play, World $world): void {
    foreach (Certum\Settings::METHODS as $method) {
        $play->step("verification: $method", static function () use ($play, $world, $method): void {
            $id = $play->order("by-" . strtr($method, ':', '-') . '.example.com', method: $method);
            Play::same($method, $world->issued($id)['method']['id'], 'method');
        });
    }
    $play->step('verification: changed from mail to DNS to a file and back to mail, and the message sent again', static function () use ($play, $world): void {
        $id = $play->order('change.example.com', method: 'email:admin');
        $waiting = static fn (array $view): bool => $view['state'] === 'validating' && $view['instructions'] !== [];
        $world->until($id, $waiting, 'validating');
        Play::same(true, in_array('verification', certum_ClientAreaCustomButtonArray($world->params($id)), true), 'button');
        foreach (['dns-txt', 'file', 'email:admin', 'dns-txt', 'email:admin'] as $method) {
            Play::has('changed', $play->fill($id, 'verification', ['method' => $method]), "to $method");
            $view = $world->until($id, static fn (array $view): bool => $view['method']['id'] === $method, $method);
        }
        $sent = static fn (): int => $world->mails($view['order_id']);
        $before = $sent();
        Play::has('changed', $play->fill($id, 'verification', ['method' => '']), 'sent again');
        for ($try = 0; $sent() === $before && $try < 100; $try++) {
            usleep(100_000);
        }
        Play::same(true, $sent() > $before, 'messages');
        $world->issued($id);
    });

    $id = $play->order('shop.example.com', settings: [1 => '931', 3 => 'on', 4 => '20', 5 => 'on']);
    $play->step('state of the order and of its domains, while it is verified', static function () use ($play, $world, $id): void {
        $world->until($id, static fn (array $view): bool => $view['instructions'] !== [], 'instructions');
        Play::has('<li>', $play->open($id, 'orderstate'), 'checks');
        Play::has('shop.example.com: ', $play->open($id, 'domainstate'), 'domains');
        Play::has('What is to be done', $play->open($id, 'overview'), 'instructions');
        Play::same(true, $play->menuHas($id, 'check'), 'menu');
        Play::same(false, $play->menuHas($id, 'revoke'), 'menu');
        Play::same('Configuration Submitted', $play->status($id), 'status');
    });
    $play->step('check: the CA is asked to look now', static function () use ($play, $world, $id): void {
        $world->prove($world->until($id, static fn (array $view): bool => $view['instructions'] !== [], 'instructions'), asks: false);
        Play::has('has been checked', $play->fill($id, 'check', []), 'checked');
        $world->until($id, static fn (array $view): bool => $view['state'] === 'active', 'issued');
        $play->call('adminsync', $id);
    });
    $play->step('overview: domain, serial number and dates', static function () use ($play, $world, $id): void {
        $view = $world->issued($id);
        $html = $play->open($id, 'overview');
        foreach (['shop.example.com', $view['certificates'][0]['serial_number'], substr($view['certificates'][0]['not_after'], 0, 10)] as $part) {
            Play::has($part, $html, 'overview');
        }
        Play::same('shop.example.com', Capsule::table('tblhosting')->where('id', $id)->value('domain'), 'domain of the service');
    });
    $play->step('show and save the certificate, for each server', static function () use ($play, $world, $id): void {
        Play::has('-----BEGIN CERTIFICATE-----', $play->open($id, 'certificate'), 'certificate');
        $serial = $world->issued($id)['certificates'][0]['serial_number'];
        foreach (Certum\Pages::SERVERS as $server) {
            $html = $play->open($id, 'certificate', ['server' => $server]);
            preg_match_all('/;file=([^"]+)"/', $html, $files);
            // HAProxy's one file holds the key, too.
            Play::same($server !== 'ha_proxy', $files[1] !== [], "files for $server");
            foreach ($files[1] as $name) {
                $file = $play->download($id, $serial, rawurldecode($name), $server);
                Play::same(true, strlen($file) > 200 && !str_contains($file, 'PRIVATE'), "$server $name");
            }
        }
        Play::has('There is no such file', $play->download($id, $serial, '../../etc/passwd', 'nginx'), 'another file');
    });
    $play->step('show contact', static function () use ($play, $id): void {
        Play::has('jan@example.com', $play->open($id, 'contact'), 'contact');
    });
    $play->step('send certificate: once for a form sent twice, and again for a new form; the cron hands the letters over', static function () use ($play, $world, $id): void {
        $letters = static fn (): int => count(array_filter(Heard::all('SendEmail'), static fn (array $one): bool => isset($one['customsubject'])));
        $world->settle($id);
        run_hook('DailyCronJob');
        $before = $letters();
        $html = $play->open($id, 'send');
        $posted = ['form' => ['serial_number' => '', 'email' => ''], 'token' => Heard::CSRF, 'once' => Play::hidden($html, 'once')];
        Play::has('has been sent', $play->send($id, 'send', $posted), 'sent');
        Play::has('has been sent', $play->send($id, 'send', $posted), 'sent again');
        $world->settle($id);
        run_hook('DailyCronJob');
        run_hook('DailyCronJob');
        Play::same($before + 1, $letters(), 'letters');
        $sent = Heard::all('SendEmail');
        Play::has('-----BEGIN CERTIFICATE-----', end($sent)['custommessage'], 'the certificate in the letter');
        $play->fill($id, 'send', ['serial_number' => '', 'email' => '']);
        $world->settle($id);
        run_hook('DailyCronJob');
        Play::same($before + 2, $letters(), 'letters of another form');
    });
    $play->step('reissue with added names: verified, issued, once for the same request', static function () use ($play, $world, $id): void {
        $serial = $world->issued($id)['certificates'][0]['serial_number'];
        Play::has($serial, $play->open($id, 'reissue'), 'serial number, filled in');
        $form = ['serial_number' => $serial, 'csr' => World::csr('shop.example.com', ['shop.example.com'])];
        Play::same(20, substr_count($play->open($id, 'reissue'), '][www]"'), 'fields for names with their ticks');
        $form += ['added' => [['name' => 'mail.shop.example.com'], ['name' => 'shop.example.net', 'www' => '1']], 'method' => 'dns-txt-prefix'];
        $form += ['send_messages' => '1'];
        $before = $world->written();
        Play::has('has been ordered', $play->fill($id, 'reissue', $form), 'reissue');
        $play->fill($id, 'reissue', $form);
        $view = $world->issued($id, 2);
        Play::same(1, $world->mails($view['order_id']), 'messages');
        $play->fill($id, 'reissue', $form);
        $names = $view['certificates'][0]['names'];
        sort($names);
        Play::same(['mail.shop.example.com', 'shop.example.com', 'shop.example.net', 'www.shop.example.net'], $names, 'names');
        Play::same(1, $world->written()['reissueCertificate'] - ($before['reissueCertificate'] ?? 0), 'reissues');
        $calls = static fn (): int => count(Heard::all('logModuleCall'));
        $before = $calls();
        Play::same(2, substr_count($play->open($id, 'certificate'), '<h4>X.509'), 'certificates');
        Play::same(2, $calls() - $before, 'calls of the gateway for the page of all certificates');
        Play::has("serial=$serial&amp;file=", $play->open($id, 'certificate', ['serial' => $serial]), 'files of an older one');
    });
    $play->step('reissue: more names than the limit are refused before the CA is asked', static function () use ($play, $world, $id): void {
        $before = $world->written();
        $many = implode("\n", array_map(static fn (int $number): string => "n$number.example.com", range(1, 30)));
        $form = ['serial_number' => '', 'csr' => World::csr('shop.example.com', ['shop.example.com']), 'added' => $many];
        Play::has('Please correct', $play->fill($id, 'reissue', $form), 'refusal');
        Play::same($before, $world->written(), 'calls of the CA');
    });
    $play->step('a key that the gateway made: kept there, handed out once, and only to a post', static function () use ($play, $world): void {
        $id = $play->order('kept.example.com', form: ['key' => 'generate', 'csr' => '']);
        $world->issued($id);
        Play::same(false, str_contains($play->open($id, 'takekey') . $play->open($id, 'certificate'), 'PRIVATE KEY'), 'got');
        $html = $play->open($id, 'takekey');
        $posted = ['form' => [], 'token' => Heard::CSRF, 'once' => Play::hidden($html, 'once')];
        $key = $play->send($id, 'takekey', $posted);
        Play::has('-----BEGIN PRIVATE KEY-----', $key, 'taken');
        Play::same($key, preg_replace('/value="[0-9a-f]{32}"/', '', $play->send($id, 'takekey', $posted)), 'its answer was lost: sent again');
        Play::same(false, str_contains($play->fill($id, 'takekey', []), 'PRIVATE KEY'), 'taken twice');
    });
    $play->step('a form whose answer was lost is sent again as the same wish; one that was refused is not', static function () use ($play, $world): void {
        $id = $play->order('lost.example.com', form: ['key' => 'generate', 'csr' => '']);
        $world->issued($id);
        $html = $play->open($id, 'takekey');
        $posted = ['form' => [], 'token' => Heard::CSRF, 'once' => Play::hidden($html, 'once')];
        $direct = $world->port;
        ['port' => $world->port, 'armed' => $armed] = $world->proxy();
        // So often that the module gives up.
        file_put_contents($armed, json_encode(['path' => '/actions/take_key', 'when' => 'lost', 'times' => 3]));
        $html = $play->send($id, 'takekey', $posted);
        $world->port = $direct;
        Play::same(false, is_file($armed), 'the answers are lost');
        Play::same(false, str_contains($html, 'PRIVATE KEY'), 'an answer');
        Play::same($posted['once'], Play::hidden($html, 'once'), 'mark of the form');
        $again = ['form' => [], 'token' => Heard::CSRF, 'once' => Play::hidden($html, 'once')];
        Play::has('-----BEGIN PRIVATE KEY-----', $play->send($id, 'takekey', $again), 'the key');
        $html = $play->open($id, 'revoke');
        $posted = ['form' => ['reason' => ''], 'token' => Heard::CSRF, 'once' => Play::hidden($html, 'once')];
        Play::same(false, Play::hidden($play->send($id, 'revoke', $posted), 'once') === $posted['once'], 'a mark that is used up');
    });
    foreach (Certum\Pages::REASONS as $reason) {
        $play->step("revoke: $reason, once", static function () use ($play, $world, $reason): void {
            $id = $play->order("revoke-$reason.example.com");
            $world->issued($id);
            Play::has(Certum\Pages::texts('en')["reason_$reason"], html_entity_decode($play->open($id, 'revoke'), ENT_QUOTES), 'reason');
            $form = ['serial_number' => '', 'reason' => $reason, 'note' => 'asked for'];
            $form['compromised_on'] = $reason === 'keycompromise' ? $world->today() : '';
            $before = $world->written()['revokeCertificate'] ?? 0;
            Play::has('has been asked for', $play->fill($id, 'revoke', $form), 'revocation');
            $play->fill($id, 'revoke', $form);
            $world->until($id, static fn (array $view): bool => $view['certificates'][0]['standing'] === 'revoked', 'revoked');
            Play::same($before + 1, $world->written()['revokeCertificate'], 'revocations');
            Play::same('Completed', $play->status($id), 'status');
        });
    }
    $play->step('revoke: without a reason nothing happens', static function () use ($play, $world, $id): void {
        $before = $world->written();
        Play::has('Please correct', $play->fill($id, 'revoke', ['serial_number' => '', 'reason' => '']), 'refusal');
        Play::same($before, $world->written(), 'calls of the CA');
    });
    $play->step('templates escape whatever they are given', static function (): void {
        foreach (glob(__DIR__ . '/../../modules/servers/certum/templates/*.tpl') ?: [] as $file) {
            $html = Harness\Smarty::render($file, Harness\Hostile::vars($file));
            Play::same([false, false], [str_contains($html, '<script>'), str_contains($html, '"onload')], basename($file));
            Play::same(true, preg_match('/&lt;script&gt;|%3Cscript%3E/', $html) === 1, basename($file) . ' shows what it is given');
        }
    });
};
