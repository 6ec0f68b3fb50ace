<?php

/** The order, and both steps of configuration for all five kinds. */

declare(strict_types=1);

use Harness\{Play, World};
use WHMCS\Database\Capsule;

return static function (Play $play, World $world): void {
    $contact = ['first_name' => 'Jan', 'last_name' => 'Nowak', 'phone' => '+48 22 123 45 67', 'email' => 'jan@example.com'];
    $administrative = ['contact' => $contact, 'organization' => 'Żółw sp. z o.o.', 'job_title' => 'Administrator', 'address' => [
        'street' => 'Piotrkowska 1', 'city' => 'Łódź', 'state' => 'łódzkie', 'postal_code' => '90-001', 'country' => 'PL',
    ]];
    $first = ['server' => 'nginx', 'key' => 'request', 'contact' => $contact, 'administrative' => $administrative];
    $named = [
        'common_name' => 'Jan Nowak', 'email' => 'jan@example.com', 'organization' => 'Żółw sp. z o.o.', 'locality' => 'Łódź',
        'state' => 'łódzkie', 'country' => 'PL', 'tax_number' => '525-000-00-00',
    ];

    $play->step('order: create twice is one service, one row, one letter, and no order at the CA', static function () use ($play, $world): void {
        $id = $world->sell([1 => '601']);
        $play->twice('CreateAccount', $id);
        Play::same('Awaiting Configuration', $play->status($id), 'status');
        Play::same(1, count(Capsule::table('tblsslorders')->where('serviceid', $id)->get()), 'rows');
        Play::same(1, count($letters = Heard::all('SendEmail')), 'letters');
        $link = unserialize(base64_decode($letters[0]['customvars']))['ssl_configuration_link'];
        $address = "https://shop.example.com/billing/clientarea.php?action=productdetails&id=$id&modop=custom&a=configure";
        Play::same('<a href="' . htmlspecialchars($address) . '">' . htmlspecialchars($address) . '</a>', $link, 'link');
        Play::same([], $world->written(), 'calls of the CA');
        Play::has('Click to configure certificate', $play->open($id, 'overview'), 'overview');
    });
    $play->step('order: paid before it is created, with each way of billing', static function () use ($play, $world): void {
        foreach (['Free Account', 'One Time', 'Monthly', 'Quarterly', 'Semi-Annually', 'Annually', 'Biennially', 'Triennially'] as $cycle) {
            $id = $world->sell([1 => '601'], $cycle);
            $world->pay($world->invoice($id));
            $play->call('CreateAccount', $id);
            $view = $world->until($id, static fn (array $view): bool => true, 'seen');
            Play::same(!in_array($cycle, ['Free Account', 'One Time'], true), $view['account']['paid_through'] !== null, "paid, $cycle");
        }
    });
    $play->step('order: Polish to a client who speaks it', static function () use ($play, $world): void {
        $id = $world->sell([1 => '601'], client: 8);
        $play->call('CreateAccount', $id);
        Play::has('Kliknij, aby skonfigurować certyfikat', $play->open($id, 'overview'), 'overview');
        Play::same(true, array_key_exists('Skonfiguruj certyfikat', certum_ClientAreaCustomButtonArray($world->params($id))), 'menu');
    });
    $play->step('step 1: client\'s details are there, details come from the CSR, mistakes stand with their fields', static function () use ($play, $world, $first): void {
        $id = $world->sell([1 => '601']);
        $play->call('CreateAccount', $id);
        Play::has('value="Piotrkowska 1"', $play->open($id, 'configure'), 'prefilled');
        $csr = World::csr('first.example.com', ['first.example.com']);
        Play::has('CN=first.example.com', $play->fill($id, 'configure', ['csr' => $csr] + $first, ['decode' => '1']), 'decoded');
        $wrong = $play->fill($id, 'configure', ['csr' => '', 'contact' => ['email' => '<b>']] + $first);
        Play::has('<strong>Certificate Signing Request</strong>', $wrong, 'field of the mistake');
        Play::has('<strong>Contact Details: Email Address</strong>', $wrong, 'field of the mistake');
        Play::same(false, str_contains($wrong, '<b>'), 'what was typed is escaped');
    });
    $play->step('step 1: locality or state is required, and a job title with an organization', static function () use ($play, $world, $first, $named): void {
        $id = $world->sell([1 => '631']);
        $play->call('CreateAccount', $id);
        $subject = ['locality' => '', 'state' => '', 'common_name' => '', 'email' => ''] + $named;
        $untitled = ['job_title' => ''] + $first['administrative'];
        $form = ['csr' => World::csr('ov.example.com', ['ov.example.com']), 'subject' => $subject, 'administrative' => $untitled];
        $html = $play->fill($id, 'configure', $form + $first);
        foreach (['Certificate Details: Locality', 'Administrative Contact Information: Job Title (required if Organization Name is set)'] as $field) {
            Play::has("<strong>$field</strong>", $html, 'field of the mistake');
        }
    });
    $play->step('forms: one that was forged or is stale does nothing', static function () use ($play, $world, $first): void {
        $id = $world->sell([1 => '601']);
        $play->call('CreateAccount', $id);
        try {
            $play->send($id, 'configure', ['form' => $first, 'once' => str_repeat('a', 32)]);
            throw new RuntimeException('a form without WHMCS\'s token was taken');
        } catch (ForgedForm) {
        }
        Play::has('too old', $play->send($id, 'configure', ['form' => $first, 'token' => Heard::CSRF]), 'without a mark');
        Play::same('Awaiting Configuration', $play->status($id), 'status');
    });

    // Kind, settings, cycle, subject and name of the request, names of the second step with their ticks for "www".
    $kinds = [
        'S/MIME' => [[1 => '731'], $named, 'jan@example.com', []],
        'S/MIME of an organization' => [[1 => '721'], $named, 'Jan Nowak', []],
        'single domain' => [[1 => '601'], [], 'single.example.com', [['name' => 'single.example.com', 'www' => '1']]],
        'SAN' => [[1 => '931', 3 => 'on', 4 => '12', 5 => 'on'], [], 'san.example.com', [
            ['name' => 'san.example.com'], ['name' => 'san.example.net', 'www' => '1'], ['name' => ''],
        ]],
        'wildcard' => [[1 => '741', 7 => 'on'], [], '*.wild.example.com', [['name' => '*.wild.example.com']]],
        'code signing' => [[1 => '841'], $named, 'Jan Nowak', []],
        'single domain of an organization' => [[1 => '631', 6 => 'organization'], $named, 'ov.example.com', [['name' => 'ov.example.com']]],
    ];
    foreach ($kinds as $kind => [$settings, $subject, $name, $names]) {
        $play->step("steps 1 and 2: $kind, issued; each sent twice is ordered once", static function () use ($play, $world, $first, $kind, $settings, $subject, $name, $names): void {
            $id = $world->sell($settings);
            $play->call('CreateAccount', $id);
            $csr = World::csr($name, $names === [] ? [] : [$name]);
            if ($names !== []) {
                unset($subject['common_name']);
            }
            $html = $play->fill($id, 'configure', ['csr' => $csr, 'subject' => $subject] + $first);
            Play::has('step 2', $html, 'second step');
            $rows = substr_count($html, '[name]"');
            Play::same(match (true) { $names === [] => 0, $kind === 'SAN' => 12, default => 1 }, $rows, 'fields for names');
            $ticked = $kind === 'SAN' ? ['send_messages' => '1'] : [];
            $posted = ['form' => ['names' => $names, 'method' => $names === [] ? '' : 'dns-txt-prefix'] + $ticked, 'token' => Heard::CSRF];
            $posted['once'] = Play::hidden($html, 'once');
            $before = $world->written();
            Play::has('handed in', $play->send($id, 'names', $posted), 'handed in');
            Play::has('handed in', $play->send($id, 'names', $posted), 'handed in again');
            $order = $world->issued($id)['order_id'];
            if ($names !== []) {
                Play::same(count($ticked), $world->mails($order), 'verification messages');
            }
            $play->call('adminsync', $id);
            Play::same('Completed', $play->status($id), 'status');
            Play::same(($before['quickOrder'] ?? 0) + 1, $world->written()['quickOrder'], 'orders');
        });
    }
    $play->step('steps: WHMCS\'s own three steps, with a mailbox and without; it keeps its answers, and the module what it noted', static function () use ($play, $world): void {
        foreach (['dns-txt' => [0, '', 'dns-txt'], 'email:admin' => [5, 'email:hostmaster', 'email:hostmaster']] as $method => [$count, $approver, $wanted]) {
            $id = $world->sell([1 => '601']);
            $world->pay($world->invoice($id));
            $play->call('CreateAccount', $id);
            $own = certum_SSLStepOne($world->params($id))['additionalfields']['Certificate Details'];
            Play::same(['names', 'method'], array_keys($own), 'fields of the first step');
            $name = strtr($wanted, ':', '-') . '.own.example.com';
            $posted = [
                'servertype' => '1001', 'csr' => 'nonsense', 'firstname' => 'Jan', 'lastname' => 'Nowak', 'email' => 'jan@example.com',
                'phonenumber' => '+48 22 123 45 67', 'fields' => ['names' => "$name\n", 'method' => $method],
            ];
            Play::has('Certificate Signing Request: ', certum_SSLStepTwo($posted + $world->params($id))['error'], 'a mistake');
            $posted['csr'] = World::csr($name, [$name]);
            $world->keep($id, $posted);
            $second = certum_SSLStepTwo($posted + $world->params($id));
            Play::same($name, $second['displaydata']['Names'] ?? $second, 'names');
            Play::same($count, count($second['approveremails']), 'mailboxes to choose from');
            $before = $world->written()['quickOrder'] ?? 0;
            Play::same([], certum_SSLStepThree(['approveremail' => $approver] + $posted + $world->params($id)), 'third step');
            $world->keep($id, $posted + ['approveremail' => $approver]);
            certum_SSLStepThree(['approveremail' => $approver] + $posted + $world->params($id));
            Play::same($wanted, $world->issued($id)['method']['id'], 'method');
            Play::same($before + 1, $world->written()['quickOrder'], 'orders');
            $paid = $world->issued($id)['account']['paid_through'];
            Play::same($posted['csr'], json_decode(Capsule::table('tblsslorders')->where('serviceid', $id)->value('configdata'), true)['csr'], 'kept by WHMCS');
            $calls = static fn (): int => count(Heard::all('logModuleCall'));
            $before = $calls();
            $play->call('Renew', $id);
            Play::same($before, $calls(), 'a payment that was told of is told of again');
            Play::same($paid, $world->issued($id)['account']['paid_through'], 'paid');
        }
    });
    $play->step('step 1: filled in, changed, and changed back: the last one is ordered', static function () use ($play, $world, $first): void {
        $id = $world->sell([1 => '601']);
        $play->call('CreateAccount', $id);
        $name = 'last.example.com';
        $forms = [['csr' => World::csr($name, [$name])] + $first, ['csr' => World::csr('other.example.com', ['other.example.com'])] + $first];
        $html = $play->open($id, 'configure');
        foreach ([0, 1, 0] as $which) {
            // The browser's Back sends the same form with the same mark.
            $posted = ['form' => $forms[$which], 'token' => Heard::CSRF, 'once' => Play::hidden($html, 'once')];
            Play::has('step 2', $play->send($id, 'configure', $posted), 'second step');
        }
        Play::same(trim($forms[0]['csr']), trim($world->draft($id)['csr']), 'the request of the draft');
    });
    $play->step('step 2: says that it was handed in only if it was', static function () use ($play, $world): void {
        $id = $world->sell([1 => '601']);
        $play->call('CreateAccount', $id);
        $play->call('SuspendAccount', $id);
        foreach ([$play->open($id, 'names'), $play->send($id, 'names', ['form' => [], 'token' => Heard::CSRF, 'once' => str_repeat('a', 32)])] as $html) {
            Play::has('the service is suspended', $html, 'a suspended service');
            Play::same(false, str_contains($html, 'handed in'), 'handed in');
        }
    });
    $play->step('order: not for an addon of another product, and not for what was terminated', static function () use ($play, $world): void {
        $id = $world->sell([1 => '601']);
        $before = Capsule::table('tblhosting')->where('id', $id)->first();
        $addon = ['addonId' => 3] + $world->params($id);
        Play::has('not as an addon', certum_CreateAccount($addon), 'addon');
        Play::has('not as an addon', certum_SSLStepOne($addon)['error'], 'addon');
        Play::same('', $play->status($id), 'row');
        Play::same(0, $world->named('whmcs:' . Certum\Host::installation() . ":$id"), 'services at the gateway');
        $play->call('CreateAccount', $id);
        $play->call('TerminateAccount', $id);
        Play::has('terminated', certum_CreateAccount($world->params($id)), 'created again');
    });
    $play->step('order: a letter that WHMCS could not send goes out with the next try', static function () use ($play, $world): void {
        $id = $world->sell([1 => '601']);
        Heard::$refused = [$id];
        Play::has('Email Send Failed', certum_CreateAccount($world->params($id)), 'refusal');
        Heard::$refused = [];
        $play->twice('CreateAccount', $id);
        $letters = array_values(array_filter(Heard::all('SendEmail'), static fn (array $one): bool => $one['id'] === $id));
        Play::same(1, count($letters), 'letters');
    });
    $play->step('forms: fields of the wrong shape are answered', static function () use ($play, $world): void {
        $id = $world->sell([1 => '601']);
        $play->call('CreateAccount', $id);
        $sent = ['token' => Heard::CSRF, 'once' => str_repeat('a', 32)];
        Play::has('Please correct', $play->send($id, 'configure', ['form' => 'x'] + $sent), 'no form');
        Play::has('Please correct', $play->send($id, 'configure', ['form' => ['csr' => ['x'], 'contact' => 'x', 'subject' => 'x']] + $sent), 'lists for texts');
        $ready = $play->order('shapes.example.com');
        $world->issued($ready);
        Play::has('Please correct', $play->send($ready, 'reissue', ['form' => ['csr' => ['x'], 'added' => [['name' => ['x']]]]] + $sent), 'lists for texts');
        Play::has('Please correct', $play->send($ready, 'revoke', ['form' => 'x'] + $sent), 'no form');
    });
};
