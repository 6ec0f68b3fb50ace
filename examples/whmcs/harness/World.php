<?php

declare(strict_types=1);

namespace Harness;

use WHMCS\Database\Capsule;

/** The gateway on the sandbox, and what happens outside WHMCS: DNS, files, mailboxes, officers, time. */
final class World
{
    private const READING = ['getModifiedOrders', 'getProductList', 'validateOrderParameters'];
    private const CLIENT = [
        'firstname' => 'Jan', 'lastname' => 'Nowak', 'email' => 'jan@example.com', 'phonenumber' => '+48.221234567',
        'companyname' => 'Żółw sp. z o.o.', 'address1' => 'Piotrkowska 1', 'address2' => '', 'city' => 'Łódź',
        'state' => 'łódzkie', 'postcode' => '90-001', 'country' => 'PL',
    ];

    public readonly string $address;
    public readonly string $token;
    public readonly string $sandbox;
    public string $port;
    private int $products = 0;
    private int $services = 0;
    private int $invoices = 0;

    public function __construct(array $line, public readonly string $folder)
    {
        $this->address = $line['address'];
        $this->token = $line['token'];
        $this->sandbox = $line['sandbox'];
        $this->port = (string) parse_url($this->address, PHP_URL_PORT);
        $row = ['id' => 1, 'hostname' => '127.0.0.1', 'port' => $this->port, 'secure' => '', 'password' => base64_encode($this->token)];
        Capsule::table('tblservers')->insert($row);
    }

    /** A product, and a client's service of it. */
    public function sell(array $options, string $cycle = 'Annually', int $client = 7): int
    {
        $options += [2 => 'dns-txt-prefix', 8 => 'test', 9 => 'en'];
        $product = ['id' => ++$this->products, 'name' => 'Certificate', 'servertype' => 'certum', 'autosetup' => 'payment'];
        for ($number = 1; $number <= 12; $number++) {
            $product["configoption$number"] = $options[$number] ?? '';
        }
        Capsule::table('tblproducts')->insert($product);
        $today = $this->today();
        Capsule::table('tblhosting')->insert([
            'id' => ++$this->services, 'userid' => $client, 'packageid' => $this->products, 'server' => 1, 'regdate' => $today,
            'domain' => '', 'firstpaymentamount' => '49.00', 'amount' => '49.00', 'billingcycle' => $cycle,
            'nextduedate' => $today, 'nextinvoicedate' => $today, 'domainstatus' => 'Pending',
        ]);
        return $this->services;
    }

    /** The parameters that WHMCS gives a module's function. */
    public function params(int $id): array
    {
        $sold = (array) Capsule::table('tblhosting')->where('id', $id)->first();
        $product = (array) Capsule::table('tblproducts')->where('id', $sold['packageid'])->first();
        $language = Capsule::table('tblclients')->where('id', $sold['userid'])->value('language');
        return [
            'accountid' => $id, 'serviceid' => $id, 'addonId' => 0, 'userid' => $sold['userid'], 'domain' => $sold['domain'],
            'username' => '', 'password' => '', 'packageid' => $sold['packageid'], 'pid' => $sold['packageid'], 'serverid' => 1,
            'status' => $sold['domainstatus'], 'type' => 'other', 'producttype' => 'other', 'moduletype' => 'certum',
            'server' => true, 'serverhostname' => '127.0.0.1', 'serverip' => '', 'serverusername' => '',
            'serverpassword' => $this->token, 'serveraccesshash' => '', 'serversecure' => false, 'serverport' => $this->port,
            'configoptions' => [], 'customfields' => [], 'whmcsVersion' => '8.10.1',
            'clientsdetails' => self::CLIENT + ['userid' => $sold['userid'], 'language' => $language],
        ] + array_filter($product, static fn (string $name): bool => str_starts_with($name, 'configoption'), ARRAY_FILTER_USE_KEY);
    }

    /**
     * Another way to the gateway, which loses answers and kills. Each time a new one: the module calls none again in a request
     * that did not answer, and all of this is one.
     *
     * @return array{port: string, armed: string}
     */
    public function proxy(): array
    {
        $armed = "{$this->folder}/armed";
        $proxy = proc_open([PHP_BINARY, __DIR__ . '/proxy.php', $this->port, $armed], [1 => ['pipe', 'w']], $pipes);
        register_shutdown_function(static fn () => proc_terminate($proxy, SIGKILL));
        return ['port' => trim((string) fgets($pipes[1])), 'armed' => $armed];
    }

    /** WHMCS's invoice for the next period, one for each due date. */
    public function invoice(int $id): int
    {
        $sold = Capsule::table('tblhosting')->where('id', $id)->first();
        Capsule::table('tblinvoices')->insert(['id' => ++$this->invoices, 'userid' => $sold->userid, 'status' => 'Unpaid']);
        Capsule::table('tblinvoiceitems')->insert([
            'invoiceid' => $this->invoices, 'type' => 'Hosting', 'relid' => $id, 'amount' => $sold->amount, 'duedate' => $sold->nextduedate,
        ]);
        return $this->invoices;
    }

    /** As WHMCS does: the invoice is paid, the due date moves on by a cycle. */
    public function pay(int $invoice, ?string $day = null): void
    {
        $paidOn = ($day ?? $this->today()) . ' 12:00:00';
        Capsule::table('tblinvoices')->where('id', $invoice)->update(['status' => 'Paid', 'datepaid' => $paidOn]);
        foreach (Capsule::table('tblinvoiceitems')->where('invoiceid', $invoice)->get() as $item) {
            $next = date('Y-m-d', (int) strtotime("{$item->duedate} +1 year"));
            Capsule::table('tblhosting')->where('id', $item->relid)->update(['nextduedate' => $next, 'nextinvoicedate' => $next]);
        }
    }

    /** As configuressl.php: it keeps in `configdata` what was filled in, and nothing else. */
    public function keep(int $id, array $posted): void
    {
        Capsule::table('tblsslorders')->where('serviceid', $id)->update(['configdata' => json_encode($posted)]);
    }

    /** The draft at the gateway. */
    public function draft(int $id): array
    {
        $remote = Capsule::table('tblsslorders')->where('serviceid', $id)->value('remoteid');
        return $this->request('GET', "{$this->address}/v1/services/$remote/draft", null);
    }

    public function today(): string
    {
        return substr($this->control('GET', 'info')['now'], 0, 10);
    }

    public function pass(int $days): void
    {
        $this->control('POST', 'clock', ['advance_seconds' => $days * 86400]);
    }

    /** The service at the gateway, once it is as it is wanted. */
    public function until(int $id, callable $isWanted, string $what): array
    {
        $remote = Capsule::table('tblsslorders')->where('serviceid', $id)->value('remoteid');
        for ($try = 0; $try < 200; $try++) {
            $view = $this->request('POST', "{$this->address}/v1/services/$remote/work", null);
            if ($isWanted($view)) {
                return $view;
            }
            usleep(100_000);
        }
        throw new \RuntimeException("not $what: " . json_encode(array_diff_key($view, ['certificates' => 1]), JSON_UNESCAPED_UNICODE));
    }

    /** Waits until so many certificates are there, and does on the way what verifications want. */
    public function issued(int $id, int $count = 1): array
    {
        return $this->until($id, function (array $view) use ($count): bool {
            if ($view['state'] === 'active' && count($view['certificates']) >= $count) {
                return true;
            }
            $this->prove($view);
            return false;
        }, "issued $count");
    }

    /** Lets the gateway write what it has to tell: facts come a moment after what they are of. */
    public function settle(int $id): void
    {
        do {
            $count = count($this->facts());
            $this->until($id, static fn (array $view): bool => true, 'seen');
            usleep(1_500_000);
        } while (count($this->facts()) !== $count);
    }

    /** How many services the gateway has of a name. */
    public function named(string $reference): int
    {
        return count($this->request('GET', "{$this->address}/v1/services?reference=" . rawurlencode($reference), null)['services']);
    }

    private function facts(): array
    {
        $facts = [];
        $after = '';
        do {
            $page = $this->request('GET', "{$this->address}/v1/facts?limit=100$after", null);
            array_push($facts, ...$page['facts']);
            $after = "&after={$page['next']}";
        } while (count($page['facts']) === 100);
        return $facts;
    }

    /** Publishes what is asked for, reads the mail, and decides as the CA's officers. */
    public function prove(array $view, bool $asks = true): void
    {
        foreach ($view['instructions'] as $instruction) {
            if ($instruction['record'] !== null) {
                $this->control('POST', 'dns', $instruction['record']);
            }
            foreach ($instruction['file'] === null ? [] : $instruction['names'] as $name) {
                ['path' => $path, 'body' => $body] = $instruction['file'];
                $this->control('POST', 'http', ['host' => $name, 'path' => $path, 'body' => $body]);
            }
        }
        foreach ($this->control('GET', 'mail') as $mail) {
            if ($mail['order_id'] === $view['order_id'] && $mail['approve_url'] !== null && ($mail['approved_at'] ?? null) === null) {
                $this->control('POST', "mail/{$mail['id']}/approve", isLenient: true);
            }
        }
        $kinds = ['organization' => 'ORGANIZATION', 'applicant' => 'APPLICANT', 'authorization' => 'AUTHORIZATION'];
        foreach ($view['checks'] as $check) {
            $kind = $kinds[$check['kind']] ?? null;
            if ($kind !== null && $check['state'] !== 'verified') {
                $this->control('POST', "orders/{$view['order_id']}/verifications", ['type' => $kind, 'state' => 'VERIFIED'], true);
            }
        }
        if ($asks && in_array('request_check', array_column($view['actions'], 'action'), true)) {
            $this->request('POST', "{$this->address}/v1/services/{$view['id']}/actions/request_check", [], isLenient: true);
        }
    }

    /** How many messages the CA has sent for an order. */
    public function mails(string $order): int
    {
        return count(array_keys(array_column($this->control('GET', 'mail'), 'order_id'), $order, true));
    }

    /** How often the CA carried out each call that changes something. @return array<string, int> */
    public function written(): array
    {
        $counts = [];
        foreach ($this->control('GET', 'calls') as $call) {
            $operation = $call['operation'] ?? '';
            if (!str_starts_with($operation, 'get') && !in_array($operation, self::READING, true) && $call['outcome']['kind'] === 'success') {
                $counts[$operation] = ($counts[$operation] ?? 0) + 1;
            }
        }
        ksort($counts);
        return $counts;
    }

    public function control(string $method, string $path, ?array $body = null, bool $isLenient = false): array
    {
        return $this->request($method, $this->sandbox . $path, $body, isLenient: $isLenient);
    }

    /** A request with a new key. */
    public static function csr(string $name, array $names = []): string
    {
        $file = (string) tempnam(sys_get_temp_dir(), 'csr');
        $alternative = implode(',', array_map(static fn (string $one): string => "DNS:$one", $names));
        file_put_contents($file, "[req]\ndistinguished_name=dn\nreq_extensions=ext\n[dn]\n[ext]\n"
            . ($names === [] ? "basicConstraints=CA:FALSE\n" : "subjectAltName=$alternative\n"));
        $options = ['config' => $file, 'digest_alg' => 'sha256', 'req_extensions' => 'ext', 'private_key_bits' => 2048];
        $key = openssl_pkey_new(['private_key_type' => OPENSSL_KEYTYPE_EC, 'curve_name' => 'prime256v1'] + $options);
        openssl_csr_export(openssl_csr_new(['commonName' => $name], $key, $options), $pem);
        unlink($file);
        return $pem;
    }

    private function request(string $method, string $url, ?array $body, bool $isLenient = false): array
    {
        $curl = curl_init($url);
        curl_setopt_array($curl, [
            CURLOPT_CUSTOMREQUEST => $method, CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 30,
            CURLOPT_HTTPHEADER => ["Authorization: Bearer {$this->token}", 'Content-Type: application/json'],
        ]);
        if ($body !== null) {
            curl_setopt($curl, CURLOPT_POSTFIELDS, json_encode($body === [] ? (object) [] : $body));
        }
        $answer = curl_exec($curl);
        $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        if (!$isLenient && ($answer === false || $status >= 300)) {
            throw new \RuntimeException("$method $url: $status $answer");
        }
        return json_decode((string) $answer, true) ?? [];
    }
}
