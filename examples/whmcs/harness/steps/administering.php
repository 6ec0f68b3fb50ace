<?php

/** The admin area: the service's tab, its buttons, cancelling an order; what never touches the CA. */

declare(strict_types=1);

use Harness\{Play, World};
use WHMCS\Database\Capsule;

return static function (Play $play, World $world): void {
    $id = $play->order('admin.example.com', settings: [1 => '931', 3 => 'on', 5 => 'on', 4 => '10']);
    $buttons = static fn (int $id): array => array_values(certum_AdminCustomButtonArray($world->params($id)));

    $play->step('admin: state, order and verifications in the service\'s tab; the order\'s state on demand', static function () use ($play, $world, $id): void {
        $world->until($id, static fn (array $view): bool => $view['instructions'] !== [], 'instructions');
        $rows = certum_AdminServicesTabFields($world->params($id));
        Play::same('Configuration Submitted', $rows['SSL Configuration Status'], 'status');
        Play::has('certum=state', $rows['Order State'], 'link');
        $_GET = ['certum' => 'state'];
        Play::has('<br>', certum_AdminServicesTabFields($world->params($id))['Order State'], 'state');
        $_GET = [];
    });
    $play->step('admin: change the verification, send it again, have it checked', static function () use ($play, $world, $id): void {
        $play->save($id, ['method' => 'file']);
        $play->call('adminverification', $id);
        Play::same('file', $world->until($id, static fn (array $view): bool => $view['method']['id'] === 'file', 'file')['method']['id'], 'method');
        $play->save($id, ['method' => 'dns-txt']);
        $play->call('adminverification', $id);
        $world->prove($world->until($id, static fn (array $view): bool => $view['instructions'] !== [], 'instructions'), asks: false);
        $play->call('admincheck', $id);
        $world->issued($id);
        $play->call('adminsync', $id);
    });
    $play->step('admin: a state that can\'t be asked for yet spoils nothing else', static function () use ($play, $world): void {
        $early = $world->sell([1 => '601']);
        $play->call('CreateAccount', $early);
        $_GET = ['certum' => 'state'];
        $rows = certum_AdminServicesTabFields($world->params($early));
        $_GET = [];
        Play::has('awaiting configuration<br>', strtr($rows['Order State'], [' <' => '<']), 'state, and why there is no more of it');
        Play::has('name="certum[serial]"', $rows['Serial Number'], 'fields');
    });
    $play->step('admin: a refused request is shown; a tab without fields leaves what was filled in; what a button used is gone', static function () use ($play, $world, $id): void {
        $rows = static fn (): array => certum_AdminServicesTabFields($world->params($id));
        $play->save($id, ['renew_csr' => 'nonsense', 'recipient' => '"><script>']);
        Play::same(true, ($rows()['Refused'] ?? '') !== '', 'refusal');
        Play::has('value="&quot;&gt;&lt;script&gt;"', $rows()['Recipient, if not the contact'], 'what was typed is escaped');
        Play::has('>nonsense</textarea>', implode('', $rows()), 'what was filled in');
        $_POST = ['other' => 'form'];
        certum_AdminServicesTabFieldsSave($world->params($id));
        $_POST = [];
        Play::has('>nonsense</textarea>', implode('', $rows()), 'what was filled in before');
        $play->save($id, ['recipient' => 'admin@example.com', 'reason' => 'superseded', 'serial' => '']);
        Play::same(false, isset($rows()['Refused']), 'refusal');
        $play->call('adminsend', $id);
        Play::same([null, null], [Certum\Host::noted($id, 'recipient'), Certum\Host::noted($id, 'reason')], 'fields');
        Play::same(false, certum_adminrevoke($world->params($id)) === 'success', 'revoked with what another button left');
    });
    $play->step('admin: certificate with its chain, escaped; buttons as the state allows', static function () use ($play, $world, $id, $buttons): void {
        $serial = $world->issued($id)['certificates'][0]['serial_number'];
        $rows = certum_AdminServicesTabFields($world->params($id));
        Play::same(2, substr_count($rows["X.509 $serial"], '<details>'), 'certificate and chain');
        Play::same('Completed', $rows['SSL Configuration Status'], 'status');
        Play::same(true, array_diff(['adminsend', 'adminreissue', 'adminrenew', 'adminrevoke'], $buttons($id)) === [], 'buttons');
        Play::same(false, in_array('admincancel', $buttons($id), true), 'nothing to cancel');
    });
    $play->step('admin: send, reissue with an added name and renew, each pressed twice', static function () use ($play, $world, $id): void {
        $play->save($id, ['recipient' => 'admin@example.com']);
        $play->call('adminsend', $id);
        $before = $world->written();
        $csr = World::csr('admin.example.com', ['admin.example.com']);
        $play->save($id, ['reissue_csr' => $csr, 'added' => 'more.admin.example.com', 'method' => 'dns-txt']);
        $play->call('adminreissue', $id);
        certum_adminreissue($world->params($id));
        $world->issued($id, 2);
        Play::same(1, $world->written()['reissueCertificate'] - ($before['reissueCertificate'] ?? 0), 'reissues');
        $play->save($id, ['renew_csr' => World::csr('admin.example.com', ['admin.example.com'])]);
        $play->call('adminrenew', $id);
        certum_adminrenew($world->params($id));
        $world->issued($id, 3);
        Play::same(1, $world->written()['renewCertificate'] - ($before['renewCertificate'] ?? 0), 'renewals');
    });
    $play->step('admin: revoke with the reason that was saved', static function () use ($play, $world, $id): void {
        $before = $world->written()['revokeCertificate'] ?? 0;
        $play->save($id, []);
        Play::same(false, certum_adminrevoke($world->params($id)) === 'success', 'without a reason');
        $play->save($id, ['reason' => 'superseded', 'note' => 'asked for']);
        $play->call('adminrevoke', $id);
        $world->until($id, static fn (array $view): bool => $view['certificates'][0]['standing'] === 'revoked', 'revoked');
        Play::same($before + 1, $world->written()['revokeCertificate'], 'revocations');
    });
    $play->step('admin: the configuration letter again, with a link that needs a login', static function () use ($play, $world, $buttons): void {
        $id = $world->sell([1 => '601']);
        $play->call('CreateAccount', $id);
        Play::same(true, in_array('adminresend', $buttons($id), true), 'button');
        $play->call('adminresend', $id);
        $letters = Play::letters($id);
        Play::same(2, count($letters), 'letters');
        Play::same($letters[0]['customvars'], $letters[1]['customvars'], 'link');
        $link = unserialize(base64_decode($letters[1]['customvars']))['ssl_configuration_link'];
        Play::has("https://shop.example.com/billing/clientarea.php?action=productdetails&amp;id=$id&amp;", $link, 'link');
    });
    $play->step('cancel order: once, before the certificate is issued, and no certificate follows', static function () use ($play, $world, $buttons): void {
        $id = $play->order('cancel.example.com');
        $world->until($id, static fn (array $view): bool => $view['instructions'] !== [], 'instructions');
        Play::same(true, in_array('admincancel', $buttons($id), true), 'button');
        $before = $world->written()['cancelOrder'] ?? 0;
        $play->call('admincancel', $id);
        certum_admincancel($world->params($id));
        $world->until($id, static fn (array $view): bool => $view['state'] === 'rejected', 'cancelled');
        $play->call('adminsync', $id);
        Play::same('Cancelled', $play->status($id), 'status');
        Play::same($before + 1, $world->written()['cancelOrder'], 'cancellations');
    });
    $play->step('suspend, unsuspend and terminate, each twice: the CA hears nothing, the certificate lives on', static function () use ($play, $world): void {
        $id = $play->order('ends.example.com');
        $world->issued($id);
        $before = $world->written();
        foreach (['SuspendAccount', 'UnsuspendAccount', 'SuspendAccount', 'UnsuspendAccount', 'TerminateAccount'] as $function) {
            $play->twice($function, $id);
        }
        $view = $world->issued($id);
        Play::same('terminated', $view['running'], 'running');
        Play::same(true, $view['certificates'][0]['is_in_force'], 'in force');
        Play::same($before, $world->written(), 'calls of the CA');
        $pending = $play->order('ends-early.example.com');
        $world->until($pending, static fn (array $view): bool => $view['instructions'] !== [], 'instructions');
        $before = $world->written();
        $play->twice('TerminateAccount', $pending);
        $world->settle($pending);
        Play::same($before, $world->written(), 'calls of the CA about an order that is under way');
        $never = $world->sell([1 => '601']);
        $play->call('TerminateAccount', $never);
    });
    $play->step('suspended with a lost answer, unsuspended, suspended: it is suspended', static function () use ($play, $world): void {
        $id = $play->order('again.example.com');
        $world->issued($id);
        $direct = $world->port;
        ['port' => $world->port, 'armed' => $armed] = $world->proxy();
        file_put_contents($armed, json_encode(['path' => '/actions/suspend', 'when' => 'lost', 'times' => 3]));
        Play::same(false, certum_SuspendAccount($world->params($id)) === 'success', 'without an answer');
        $world->port = $direct;
        $play->call('UnsuspendAccount', $id);
        Play::same('running', $world->issued($id)['running'], 'running');
        $play->call('SuspendAccount', $id);
        Play::same('suspended', $world->issued($id)['running'], 'running');
    });
    $play->step('admin: another price or product setting reaches the gateway', static function () use ($play, $world): void {
        $id = $play->order('price.example.com', cycle: 'Annually');
        $world->issued($id);
        Capsule::table('tblhosting')->where('id', $id)->update(['amount' => '59.00']);
        $play->call('ChangePackage', $id);
        Play::same('59.00 PLN', $world->issued($id)['billing']['price'], 'price');
    });
    $play->step('nothing secret is logged or kept in WHMCS', static function () use ($world): void {
        foreach (['harness_heard' => 'heard', 'tblsslorders' => 'configdata', 'mod_certum' => 'value'] as $table => $column) {
            foreach (Capsule::table($table)->get() as $row) {
                $text = (string) $row->$column;
                Play::same(false, str_contains($text, $world->token) || str_contains($text, 'PRIVATE KEY'), "$table: $text");
            }
        }
    });
};
