<?php

/** Renewal by hand, and by a stored request and a paid invoice; due dates; cancellation. */

declare(strict_types=1);

use Harness\{Play, World};
use WHMCS\Database\Capsule;

return static function (Play $play, World $world): void {
    $due = static fn (int $id): string => (string) Capsule::table('tblhosting')->where('id', $id)->value('nextduedate');

    $play->step('renew by hand: by serial number and by PEM, once for the same request', static function () use ($play, $world): void {
        foreach (['serial_number' => [], 'pem' => ['method' => 'dns-txt', 'send_messages' => '1']] as $by => $more) {
            $id = $play->order(strtr($by, '_', '-') . '.example.com');
            $certificate = $world->issued($id)['certificates'][0];
            $form = [$by => $certificate[$by], 'csr' => World::csr($certificate['names'][0], $certificate['names'])] + $more;
            Play::has('name="form[send_messages]"', $play->open($id, 'renewcertificate'), 'tick');
            $before = $world->written()['renewCertificate'] ?? 0;
            Play::has('has been ordered', $play->fill($id, 'renewcertificate', $form), 'renewal');
            $play->fill($id, 'renewcertificate', $form);
            $renewed = $world->issued($id, 2);
            Play::same($more['method'] ?? 'dns-txt-prefix', $renewed['method']['id'], 'method');
            // The name is proved: there is nothing to send a message for.
            Play::same(0, $world->mails($renewed['order_id']), 'messages');
            $play->fill($id, 'renewcertificate', $form);
            Play::same($before + 1, $world->written()['renewCertificate'], 'renewals');
        }
    });
    $play->step('renew by hand: not for a recurring product, nor where the product says so', static function () use ($play, $world): void {
        foreach ([['recurring.example.com', 'Annually', []], ['hidden.example.com', 'One Time', [12 => 'on']]] as [$name, $cycle, $more]) {
            $id = $play->order($name, cycle: $cycle, settings: [1 => '601'] + $more);
            $world->issued($id);
            Play::same(false, $play->menuHas($id, 'renewcertificate'), "menu of $name");
            $before = $world->written();
            $form = ['csr' => World::csr($name, [$name])];
            Play::has('Please correct', $play->fill($id, 'renewcertificate', $form), "refusal for $name");
            Play::same($before, $world->written(), 'calls of the CA');
        }
    });

    $id = $play->order('yearly.example.com', cycle: 'Annually', settings: [1 => '601', 11 => 'on']);
    $first = $world->invoice($id);
    $play->step('recurring: the first paid invoice is told of once, by hook, by cron and by hand', static function () use ($play, $world, $id, $first): void {
        $world->pay($first);
        run_hook('InvoicePaid', ['invoiceid' => $first]);
        $paid = $world->issued($id)['account']['paid_through'];
        Play::same(true, $paid !== null, 'paid');
        run_hook('InvoicePaid', ['invoiceid' => $first]);
        $play->call('Renew', $id);
        run_hook('DailyCronJob');
        Play::same($paid, $world->issued($id)['account']['paid_through'], 'paid');
    });
    $play->step('recurring: the cron moves the due date by the certificate, once and only forward', static function () use ($play, $world, $due): void {
        $moved = [];
        foreach ([['follows.example.com', [11 => 'on']], ['stays.example.com', []]] as [$name, $more]) {
            $id = $world->sell([1 => '601'] + $more);
            $play->call('CreateAccount', $id);
            $world->pay($world->invoice($id));
            $paid = $due($id);
            // Configured late, the certificate's term ends later than what WHMCS counts from the order.
            $world->pass(10);
            $play->configure($id, $name);
            $world->issued($id);
            $world->settle($id);
            run_hook('DailyCronJob');
            $moved[$name] = (int) ((strtotime($due($id)) - strtotime($paid)) / 86400);
            $expected = $more === [] ? $paid : '2020-01-01';
            Capsule::table('tblhosting')->where('id', $id)->update(['nextduedate' => $expected]);
            run_hook('DailyCronJob');
            Play::same($expected, $due($id), 'a date that somebody set afterwards');
        }
        Play::same(['follows.example.com' => 10, 'stays.example.com' => 0], $moved, 'days');
    });
    $play->step('recurring: a request stored and overwritten, an invoice paid, and the cron: renewed once', static function () use ($play, $world, $id, $due): void {
        Play::has('required only for recurring', $play->open($id, 'storecsr'), 'form');
        foreach ([1, 2] as $time) {
            $csr = World::csr('yearly.example.com', ['yearly.example.com']);
            Play::has('is stored', $play->fill($id, 'storecsr', ['csr' => $csr]), "stored $time");
        }
        Play::has('stored already', $play->open($id, 'storecsr'), 'a stored one');
        // Day by day to seven days before the due date, as WHMCS's cron runs; the term has several certificates.
        for ($days = 0; $world->today() < date('Y-m-d', (int) strtotime($due($id) . ' -7 days')); $days += 7) {
            $world->pass(7);
            $view = $world->until($id, static fn (array $view): bool => true, 'seen');
            if ($view['state'] !== 'active') {
                $world->issued($id, count($view['certificates']) + 1);
            }
            if (!$view['stored_request'] && $play->menuHas($id, 'storecsr')) {
                $play->fill($id, 'storecsr', ['csr' => World::csr('yearly.example.com', ['yearly.example.com'])]);
            }
        }
        $invoice = $world->invoice($id);
        run_hook('DailyCronJob');
        $before = $world->written()['renewCertificate'] ?? 0;
        $had = count($world->issued($id)['certificates']);
        Play::same($before, $world->written()['renewCertificate'] ?? 0, 'renewals before the payment');
        $paid = $world->issued($id)['account']['paid_through'];
        $world->pay($invoice);
        $play->call('Renew', $id);
        run_hook('InvoicePaid', ['invoiceid' => $invoice]);
        Play::same(true, $world->issued($id)['account']['paid_through'] !== $paid, 'paid through');
        $view = $world->issued($id, $had + 1);
        Play::same('renewal', $view['certificates'][0]['kind'], 'kind');
        run_hook('DailyCronJob');
        $play->call('Renew', $id);
        Play::same($before + 1, $world->written()['renewCertificate'], 'renewals');
    });
    $play->step('recurring: the cron mirrors what happened, and asks about nothing without news', static function () use ($play, $id): void {
        Play::same('Completed', $play->status($id), 'status');
        $calls = static fn (): int => count(Heard::all('logModuleCall'));
        // The last news may be told a moment after what it tells of.
        for ($try = 0; $try < 20; $try++) {
            $before = $calls();
            run_hook('DailyCronJob');
            $made = $calls() - $before;
            if ($made === 1) {
                break;
            }
            usleep(500_000);
        }
        Play::same(1, $made, 'calls of the gateway: one for news');
    });
    $play->step('recurring: the second invoice is paid late, the third in time: three periods are paid for', static function () use ($play, $world): void {
        $id = $world->sell([1 => '601']);
        $play->call('CreateAccount', $id);
        $periods = ['2023-11-22' => ['2023-11-22', '2024-11-21'], '2024-11-22' => ['2024-12-10', '2025-12-09'], '2025-11-22' => ['2025-11-20', '2026-12-09']];
        foreach ($periods as $due => [$paidOn, $through]) {
            Capsule::table('tblhosting')->where('id', $id)->update(['nextduedate' => $due]);
            $invoice = $world->invoice($id);
            $world->pay($invoice, $paidOn);
            foreach (['hook', 'cron', 'function'] as $by) {
                match ($by) {
                    'hook' => run_hook('InvoicePaid', ['invoiceid' => $invoice]),
                    'cron' => run_hook('DailyCronJob'),
                    'function' => $play->call('Renew', $id),
                };
                $view = $world->until($id, static fn (array $view): bool => true, 'seen');
                Play::same($through, $view['account']['paid_through'], "$due, paid on $paidOn, told by $by");
            }
        }
    });
    $play->step('a write is the same write in another language', static function () use ($play, $world): void {
        $id = $world->sell([1 => '601']);
        $play->call('CreateAccount', $id);
        $path = '/v1/services/' . Certum\Host::order($id)['remoteid'] . '/actions/receive_payment';
        $through = [];
        foreach (['en', 'pl'] as $language) {
            $gateway = new Certum\Gateway($world->address, $world->token, $language);
            $through[] = $gateway->write('POST', $path, ['paid_on' => '2026-11-22', 'period_start' => '2026-11-22'], 'the-same-key')['service']['account']['paid_through'];
        }
        Play::same($through[0], $through[1], 'paid through');
    });
    $play->step('request cancellation: told of once, also where the gateway was away, and taken back; the staff is told, not the client', static function () use ($play, $world, $id): void {
        $world->settle($id);
        run_hook('DailyCronJob');
        $letters = count(Play::letters($id));
        $staff = count(Heard::all('SendAdminEmail'));
        $vars = ['userid' => 7, 'relid' => $id, 'reason' => 'too expensive', 'type' => 'End of Billing Period'];
        Capsule::table('tblcancelrequests')->insert(['relid' => $id, 'reason' => $vars['reason'], 'type' => $vars['type']]);
        $before = $world->written();
        Capsule::table('tblservers')->where('id', 1)->update(['port' => '1']);
        run_hook('CancellationRequest', $vars);
        Capsule::table('tblservers')->where('id', 1)->update(['port' => $world->port]);
        Play::same(null, $world->issued($id)['cancellation'], 'cancellation while the gateway was away');
        foreach ([1, 2] as $time) {
            run_hook('DailyCronJob');
            run_hook('CancellationRequest', $vars);
        }
        $cancellation = $world->issued($id)['cancellation'];
        Play::same(['too expensive', true], [$cancellation['reason'], $cancellation['at_end_of_period']], 'cancellation');
        Play::same(1, Play::calls('/actions/request_cancellation'), 'calls of the gateway');
        Capsule::table('tblcancelrequests')->where('relid', $id)->delete();
        run_hook('DailyCronJob');
        run_hook('DailyCronJob');
        Play::same(null, $world->issued($id)['cancellation'], 'cancellation');
        Play::same(1, Play::calls('/actions/withdraw_cancellation'), 'calls of the gateway');
        Play::same($before, $world->written(), 'calls of the CA');
        $world->settle($id);
        run_hook('DailyCronJob');
        Play::same($letters, count(Play::letters($id)), 'letters to the client');
        Play::same(true, count(Heard::all('SendAdminEmail')) > $staff, 'letters to the staff');
    });
    $play->step('cron: one that fails stops no other, neither a service nor a letter; a letter that failed goes out the next day', static function () use ($play, $world): void {
        $ids = [];
        foreach (['broken', 'sound'] as $name) {
            $ids[$name] = $play->order("$name.example.com", cycle: 'Annually');
            $world->issued($ids[$name]);
            $world->settle($ids[$name]);
        }
        ['broken' => $broken, 'sound' => $sound] = $ids;
        run_hook('DailyCronJob');
        foreach ($ids as $id) {
            $world->pay($world->invoice($id));
            $play->fill($id, 'send', ['serial_number' => '', 'email' => '']);
            $world->settle($id);
        }
        $before = [count(Play::letters($broken)), count(Play::letters($sound))];
        Certum\Host::keep("$broken:paid", '"not a list"');
        Heard::$refused = [$broken];
        run_hook('DailyCronJob');
        Play::same([$before[0], $before[1] + 1], [count(Play::letters($broken)), count(Play::letters($sound))], 'letters of the first day');
        Play::same(true, $world->issued($sound)['account']['paid_through'] !== null, 'the sound one is paid');
        Play::same(null, $world->issued($broken)['account']['paid_through'], 'the broken one is not');
        Certum\Host::keep("$broken:paid", null);
        Heard::$refused = [];
        run_hook('DailyCronJob');
        run_hook('DailyCronJob');
        Play::same([$before[0] + 1, $before[1] + 1], [count(Play::letters($broken)), count(Play::letters($sound))], 'letters');
        Play::same(true, $world->issued($broken)['account']['paid_through'] !== null, 'paid');
    });
    $play->step('cron: a letter that can\'t be sent is given up after some days', static function () use ($play, $world): void {
        $id = $play->order('unsendable.example.com');
        $world->issued($id);
        $world->settle($id);
        Heard::$refused = [$id];
        for ($day = 0; $day < 6; $day++) {
            Play::same($day > 0, json_decode(Certum\Host::kept('facts:1'), true)['late'] !== [], "kept on day $day");
            run_hook('DailyCronJob');
        }
        Heard::$refused = [];
        run_hook('DailyCronJob');
        Play::same(1, count(Play::letters($id)), 'letters: that of its creation');
        Play::same([], json_decode(Certum\Host::kept('facts:1'), true)['late'], 'kept');
    });
    $play->step('cron: facts are told once, also under a new server of WHMCS, and where the gateway counts anew', static function () use ($play, $world): void {
        $id = $play->order('moved.example.com');
        $world->issued($id);
        $world->settle($id);
        run_hook('DailyCronJob');
        $before = count(Play::letters($id));
        $server = (array) Capsule::table('tblservers')->where('id', 1)->first();
        Capsule::table('tblservers')->insert(['id' => 2] + $server);
        Capsule::table('tblhosting')->where('id', $id)->update(['server' => 2]);
        run_hook('DailyCronJob');
        Play::same($before, count(Play::letters($id)), 'letters under a new server');
        Certum\Host::keep('facts:2', json_encode(['cursor' => 1_000_000, 'fact' => 'of another database', 'late' => []]));
        $play->fill($id, 'send', ['serial_number' => '', 'email' => '']);
        $world->settle($id);
        run_hook('DailyCronJob');
        Play::same($before + 1, count(Play::letters($id)), 'letters where the gateway counts anew');
        Capsule::table('tblhosting')->where('id', $id)->update(['server' => 1]);
    });
    $play->step('a letter to another address says whom it is for', static function () use ($play, $world): void {
        $id = $play->order('elsewhere.example.com');
        $world->issued($id);
        Play::has('says whom it is for', $play->open($id, 'send'), 'hint');
        $play->fill($id, 'send', ['serial_number' => '', 'email' => 'other@example.com']);
        $world->settle($id);
        run_hook('DailyCronJob');
        $letters = Play::letters($id);
        Play::has('<p>→ other@example.com</p>', end($letters)['custommessage'], 'recipient');
    });
};
