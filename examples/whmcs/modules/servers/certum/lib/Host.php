<?php

declare(strict_types=1);

namespace Certum;

use WHMCS\Config\Setting;
use WHMCS\Database\Capsule;

/** Everything that is read from WHMCS, and the little that is kept there. */
final class Host
{
    public const MODULE = 'certum';
    private const KEPT = 'mod_certum';
    private const CONFIGURATION_LETTER = 'SSL Certificate Configuration Required';

    private static bool $isThere = false;

    /** The SSL order of a service. */
    public static function order(int $service): ?array
    {
        $row = Capsule::table('tblsslorders')->where('serviceid', $service)->where('module', self::MODULE)->first();
        return $row === null ? null : (array) $row;
    }

    /** @return list<array> */
    public static function orders(): array
    {
        $rows = Capsule::table('tblsslorders')->where('module', self::MODULE)->get();
        return array_map(static fn (object $row): array => (array) $row, [...$rows]);
    }

    public static function addOrder(int $service, int $client, string $remote, string $type): void
    {
        if (self::order($service) !== null) {
            self::changeOrder($service, ['remoteid' => $remote, 'certtype' => $type]);
            return;
        }
        Capsule::table('tblsslorders')->insert([
            'userid' => $client, 'serviceid' => $service, 'remoteid' => $remote, 'module' => self::MODULE,
            'certtype' => $type, 'configdata' => '', 'status' => 'Awaiting Configuration',
        ]);
    }

    public static function changeOrder(int $service, array $values): void
    {
        Capsule::table('tblsslorders')->where('serviceid', $service)->where('module', self::MODULE)->update($values);
    }

    /** What is noted of a service: what was told and begun, and nothing private. WHMCS's own steps use `configdata`. */
    public static function noted(int $service, string $name): mixed
    {
        return json_decode(self::kept("$service:$name") ?? 'null', true);
    }

    public static function note(int $service, string $name, mixed $value): void
    {
        self::keep("$service:$name", $value === null ? null : json_encode($value, JSON_THROW_ON_ERROR));
    }

    /** The service, its product, its client, and the client's currency. */
    public static function service(int $service): array
    {
        $row = (array) Capsule::table('tblhosting')->where('id', $service)->first();
        if ($row === []) {
            throw new Problem("WHMCS has no service $service.");
        }
        $product = (array) Capsule::table('tblproducts')->where('id', $row['packageid'])->first();
        $client = (array) Capsule::table('tblclients')->where('id', $row['userid'])->first();
        $code = Capsule::table('tblcurrencies')->where('id', $client['currency'] ?? null)->value('code');
        return $row + ['product' => $product, 'client' => $client, 'currency' => (string) $code];
    }

    public static function changeService(int $service, array $values): void
    {
        Capsule::table('tblhosting')->where('id', $service)->update($values);
    }

    /** The periods that were paid for, by their first day. @return array<string, string> */
    public static function paidPeriods(int $service): array
    {
        $periods = [];
        foreach (Capsule::table('tblinvoiceitems')->where('type', 'Hosting')->where('relid', $service)->get() as $item) {
            $invoice = Capsule::table('tblinvoices')->where('id', $item->invoiceid)->first();
            if ($invoice !== null && $invoice->status === 'Paid') {
                $periods[substr((string) $item->duedate, 0, 10)] = substr((string) $invoice->datepaid, 0, 10);
            }
        }
        ksort($periods);
        return $periods;
    }

    /** The services on an invoice. @return list<int> */
    public static function invoiced(int $invoice): array
    {
        $items = Capsule::table('tblinvoiceitems')->where('invoiceid', $invoice)->where('type', 'Hosting')->get();
        return array_map(static fn (object $item): int => (int) $item->relid, [...$items]);
    }

    /** What a client who wants no more has said. */
    public static function cancellation(int $service): ?array
    {
        $row = Capsule::table('tblcancelrequests')->where('relid', $service)->first();
        return $row === null ? null : (array) $row;
    }

    /** The gateway of a service's server, for hooks, which are given no parameters. */
    public static function server(int $id): array
    {
        $server = (array) Capsule::table('tblservers')->where('id', $id)->first();
        $password = localAPI('DecryptPassword', ['password2' => $server['password'] ?? '']);
        return [
            'serverhostname' => $server['hostname'] ?? '', 'serverport' => $server['port'] ?? '',
            'serversecure' => ($server['secure'] ?? '') === 'on', 'serverpassword' => $password['password'] ?? '',
        ];
    }

    public static function kept(string $name): ?string
    {
        self::keepSomewhere();
        $value = Capsule::table(self::KEPT)->where('name', $name)->value('value');
        return $value === null ? null : (string) $value;
    }

    public static function keep(string $name, ?string $value): void
    {
        self::keepSomewhere();
        if ($value === null) {
            Capsule::table(self::KEPT)->where('name', $name)->delete();
        } else {
            Capsule::table(self::KEPT)->updateOrInsert(['name' => $name], ['value' => $value]);
        }
    }

    /** Keeps what nobody has kept before, and answers what is kept: two at once go on with the same. */
    public static function keepFirst(string $name, string $value): string
    {
        self::keepSomewhere();
        Capsule::table(self::KEPT)->insertOrIgnore(['name' => $name, 'value' => $value]);
        return self::kept($name) ?? $value;
    }

    /** What tells this WHMCS from others at the same gateway. */
    public static function installation(): string
    {
        return self::kept('installation') ?? self::keepFirst('installation', bin2hex(random_bytes(4)));
    }

    /** Asks the client to configure, by WHMCS's letter for it: on a page behind the login, without a secret in its address. */
    public static function askToConfigure(int $service): void
    {
        $folder = rtrim((string) Setting::getValue('SystemURL'), '/');
        $link = htmlspecialchars("$folder/clientarea.php?action=productdetails&id=$service&modop=custom&a=configure", ENT_QUOTES);
        $vars = base64_encode(serialize(['ssl_configuration_link' => "<a href=\"$link\">$link</a>"]));
        self::local('SendEmail', ['messagename' => self::CONFIGURATION_LETTER, 'id' => $service, 'customvars' => $vars]);
    }

    /**
     * Sends a letter that the gateway wrote: to the client what is for the customer, to the staff all else, which nobody else
     * may see. WHMCS attaches no files: what is text stands in the letter. It knows no addresses but the client's own:
     * whom else it is for stands above it.
     */
    public static function sendLetter(int $service, array $letter): void
    {
        $message = $letter['html'] ?? nl2br(htmlspecialchars((string) ($letter['text'] ?? '')));
        foreach ($letter['attachments'] ?? [] as $file) {
            $content = (string) base64_decode((string) $file['content'], true);
            if (preg_match('//u', $content) === 1) {
                $message .= '<p>' . htmlspecialchars($file['file_name']) . '</p><pre>' . htmlspecialchars($content) . '</pre>';
            }
        }
        $isForClient = ($letter['customer'] ?? null) !== null;
        $recipient = (string) ($letter['recipient'] ?? '');
        if ($isForClient && strcasecmp($recipient, (string) (self::service($service)['client']['email'] ?? '')) !== 0) {
            $message = '<p>→ ' . htmlspecialchars($recipient) . "</p>$message";
        }
        // WHMCS takes letters for templates, and these are none.
        $custom = [
            'customsubject' => strtr($letter['subject'] ?? '', '{}', '()'),
            'custommessage' => strtr($message, ['{' => '&#123;', '}' => '&#125;']),
        ];
        $isForClient
            ? self::local('SendEmail', ['id' => $service, 'customtype' => 'product'] + $custom)
            : self::local('SendAdminEmail', ['type' => 'system'] + $custom);
    }

    /** Against forged forms. WHMCS checks its tokens for its own pages, not for those of a module. */
    public static function token(): string
    {
        return (string) generate_token('plain');
    }

    /** Ends the request, as WHMCS does, if the form isn't from here. */
    public static function checkToken(): void
    {
        check_token('WHMCS.default');
    }

    public static function log(string $line): void
    {
        logActivity("Certum: $line");
    }

    public static function logCall(string $call, int $status): void
    {
        logModuleCall(self::MODULE, $call, '', (string) $status, '', []);
    }

    private static function local(string $command, array $values): void
    {
        $answer = localAPI($command, $values);
        if (($answer['result'] ?? '') !== 'success') {
            throw new Problem("$command: " . ($answer['message'] ?? 'no answer'));
        }
    }

    private static function keepSomewhere(): void
    {
        if (!self::$isThere && !Capsule::schema()->hasTable(self::KEPT)) {
            Capsule::schema()->create(self::KEPT, static function (object $table): void {
                $table->string('name', 190)->primary();
                $table->text('value');
            });
        }
        self::$isThere = true;
    }
}
