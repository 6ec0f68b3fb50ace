<?php
// An account at the sandbox, held by PHP's own SoapClient, with nothing but the WSDL that is served.
declare(strict_types=1);

error_reporting(E_ALL);
set_error_handler(function (int $level, string $text, string $file, int $line): never {
    throw new ErrorException($text, 0, $level, $file, $line);
});

const USER = 'reseller';
const PASSWORD = 'sandbox';
const TARGET = 'http://webservice.api.muc.unizeto.pl/';
const REQUESTOR = [
    'email' => 'jan@example.com', 'firstName' => 'Jan', 'lastName' => 'Żółw & Spółka', 'phone' => '+48221234567',
];

/** An answer that reports errors. */
final class Refused extends Exception
{
    public readonly int $successCode;
    public readonly array $codes;

    public function __construct(object $header)
    {
        $codes = array_map(fn (object $error): int => $error->errorCode, $header->errors->Error ?? []);
        sort($codes);
        $this->successCode = $header->successCode;
        $this->codes = $codes;
        parent::__construct("successCode $this->successCode, codes " . implode(' ', $codes));
    }
}

function check(bool $holds, string $what, mixed $found = null): void
{
    if (!$holds) {
        throw new Exception($what . ': ' . json_encode($found, JSON_UNESCAPED_UNICODE));
    }
}

/** The sandbox's other door. */
final class Control
{
    public function __construct(private readonly string $url)
    {
    }

    public function get(string $path): string
    {
        return file_get_contents($this->url . $path);
    }

    public function post(string $path, array $body = []): void
    {
        $content = json_encode((object) $body);
        $http = ['method' => 'POST', 'header' => 'Content-Type: application/json', 'content' => $content];
        file_get_contents($this->url . $path, false, stream_context_create(['http' => $http]));
    }

    public function now(): DateTimeImmutable
    {
        return new DateTimeImmutable(json_decode($this->get('info'))->now);
    }

    public function advance(int $seconds): void
    {
        $this->post('clock', ['advance_seconds' => $seconds]);
    }

    public function mails(string $orderId): array
    {
        $mails = array_filter(json_decode($this->get('mail')), fn (object $mail): bool => $mail->order_id === $orderId);
        check($mails !== [], 'no message', $orderId);
        return array_values($mails);
    }

    /** Puts the code of an order where its method wants it. */
    public function publish(object $verification, array $names): void
    {
        $method = $verification->approverMethod;
        $code = $verification->code;
        foreach ($names as $name) {
            $bare = str_starts_with($name, '*.') ? substr($name, 2) : $name;
            if ($method === 'FILE') {
                $path = '/.well-known/pki-validation/certum.txt';
                $this->post('http', ['host' => $bare, 'path' => $path, 'body' => "$code-certum.pl\n"]);
                continue;
            }
            $at = str_ends_with($method, '_PREFIX') ? "_certum.$bare" : $bare;
            $isAlias = str_contains($method, 'CNAME');
            $this->post('dns', [
                'name' => $at, 'type' => $isAlias ? 'CNAME' : 'TXT', 'value' => $isAlias ? "$code.certum.pl" : $code,
            ]);
        }
    }
}

abstract class Account
{
    protected readonly SoapClient $client;
    protected readonly Control $control;
    private readonly string $directory;
    private readonly string $config;
    private OpenSSLAsymmetricKey $key;
    /** How often each identifier was given to an order. */
    protected array $placed = [];
    protected array $called = [];

    public function __construct(protected readonly object $info)
    {
        $this->client = new SoapClient($info->wsdl, [
            'cache_wsdl' => WSDL_CACHE_NONE,
            'exceptions' => true,
            'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
            'trace' => true,
        ]);
        $this->control = new Control($info->control);
        $this->directory = sys_get_temp_dir() . '/road-' . bin2hex(random_bytes(8));
        mkdir($this->directory, 0700);
        // The subject is what we say, and nothing of what the machine's own file would add.
        $this->config = $this->write('openssl.cnf', "[req]\nstring_mask = utf8only\ndistinguished_name = dn\n[dn]\n");
        $this->write('root.pem', explode("-----END CERTIFICATE-----\n", $this->control->get('roots.pem'))[0]
            . "-----END CERTIFICATE-----\n");
    }

    public function __destruct()
    {
        array_map(unlink(...), glob("$this->directory/*"));
        rmdir($this->directory);
    }

    // Calls

    protected function call(string $operation, array $fields = []): object
    {
        return $this->callAs(USER, PASSWORD, $operation, $fields);
    }

    protected function callAs(string $user, string $password, string $operation, array $fields): object
    {
        $header = ['requestHeader' => ['authToken' => ['password' => $password, 'userName' => $user]]];
        $this->called[$operation] = true;
        $answer = $this->client->__soapCall($operation, [$header + $fields]);
        $told = $answer->responseHeader;
        check(abs(moment($told->timestamp) - $this->control->now()->getTimestamp()) < 300, 'another time', $told);
        if ($told->successCode !== 0) {
            throw new Refused($told);
        }
        check(($told->errors->Error ?? []) === [], 'success with errors', $told);
        return $answer;
    }

    /** Calls what must be refused, with just these codes. */
    protected function refused(string $operation, array $expected, array $fields): void
    {
        try {
            $answer = $this->call($operation, $fields);
        } catch (Refused $refusal) {
            check([$refusal->successCode, $refusal->codes] === [1, $expected], $operation, $refusal->getMessage());
            return;
        }
        throw new Exception("$operation was not refused with " . implode(' ', $expected) . ': ' . json_encode($answer));
    }

    // Orders

    protected function newCsr(string $name): string
    {
        $this->key = openssl_pkey_new(['private_key_type' => OPENSSL_KEYTYPE_EC, 'curve_name' => 'prime256v1']);
        $key = $this->key;
        $csr = openssl_csr_new(['commonName' => $name], $key, ['digest_alg' => 'sha256', 'config' => $this->config]);
        openssl_csr_export($csr, $text);
        return $text;
    }

    protected function orderFields(
        string $product,
        string $name,
        array $names,
        ?array $approver,
        array $parameters,
    ): array {
        $fields = [
            'orderParameters' => $parameters + [
                'CSR' => $this->newCsr($name),
                'customer' => 'customer-7',
                'language' => 'pl',
                'productCode' => $product,
                'commonName' => $name,
            ],
            'requestorInfo' => REQUESTOR,
        ];
        if ($names !== []) {
            $fields['SANApprover'] = $approver ?? ['approverMethod' => 'DNS_TXT'];
            $fields['SANEntries'] = ['SANEntry' => array_map(fn (string $name): array => ['DNSName' => $name], $names)];
        }
        if (isset($parameters['organization'])) {
            $fields['organizationInfo'] = ['taxIdentificationNumber' => 'PL5250001009'];
        }
        return $fields;
    }

    /** Places an order, and returns its identifier and its verification. */
    protected function order(
        string $product,
        string $name,
        array $names = [],
        ?array $approver = null,
        array $parameters = [],
    ): array {
        $answer = $this->call('quickOrder', $this->orderFields($product, $name, $names, $approver, $parameters));
        check($answer->orderID === ($parameters['orderID'] ?? $answer->orderID), 'another identifier', $answer);
        $this->count($answer->orderID);
        $verification = $answer->SANVerification ?? null;
        if ($names !== []) {
            $method = $approver['approverMethod'] ?? 'DNS_TXT';
            check($verification->approverMethod === $method, 'another method', $verification);
            check(sorted($verification->FQDNs->FQDN) === sorted($names), 'other names', $verification);
        }
        return [$answer->orderID, $verification];
    }

    protected function count(string $orderId): void
    {
        $this->placed[$orderId] = ($this->placed[$orderId] ?? 0) + 1;
    }

    /** Proves the names of an order by its own method, and has the CA look. */
    protected function prove(string $orderId, ?object $verification): void
    {
        if ($verification === null) {
            return;
        }
        $names = $verification->FQDNs->FQDN;
        if ($verification->approverMethod === 'ADMIN') {
            foreach ($this->control->mails($orderId) as $mail) {
                $this->control->post("mail/$mail->id/approve");
            }
        } else {
            $this->control->publish($verification, $names);
            $this->call('performSanVerification', ['code' => $verification->code]);
        }
        $states = $this->call('getSanVerificationState', ['orderID' => $orderId])->sanVerifications->sanVerification;
        $verified = array_filter($states, fn (object $state): bool => $state->manualVerification->state === 'VERIFIED');
        $missing = array_diff($names, array_column($verified, 'FQDN'));
        check($missing === [], 'not verified', $states);
    }

    /** What people at the CA decide. */
    protected function officer(string $orderId): void
    {
        $told = $this->call('getOrderState', ['orderID' => $orderId])->verifications->verification ?? [];
        foreach ($told as $one) {
            if ($one->state === 'REQUIRED' && !in_array($one->type, ['DOMAIN', 'EMAIL'], true)) {
                $path = "orders/$orderId/verifications";
                $this->control->post($path, ['type' => $one->type, 'state' => 'VERIFIED']);
            }
        }
    }

    /** Waits, on the sandbox's clock, until an order stands where it is expected. */
    protected function until(string $orderId, string $status): void
    {
        for ($tries = 0; $tries < 60; $tries++) {
            $state = $this->call('getOrderState', ['orderID' => $orderId]);
            if ($state->orderStatus === $status) {
                return;
            }
            check(in_array($state->orderStatus, ['AWAITING', 'VERIFICATION', 'ACCEPTED'], true), $orderId, $state);
            $this->control->advance(60);
        }
        throw new Exception("$orderId is never $status: " . json_encode($state));
    }

    /** The certificate of an order, or of its last reissue. */
    protected function newest(string $orderId): array
    {
        $wanted = ['certificateDetails' => true, 'orderDetails' => false, 'orderStatus' => true];
        $fields = ['orderID' => $orderId, 'orderOption' => $wanted];
        $orders = $this->call('getOrderByOrderID', $fields)->orders->Order;
        $last = end($orders);
        check(!isset($last->orderDetails) && $last->orderStatus->orderID === $orderId, 'another order', $last);
        return $this->certificate($last->certificateDetails->serialNumber);
    }

    /** A certificate that is in force: in PEM, the issuers' in PEM, and its serial number. */
    protected function certificate(string $serial): array
    {
        $answer = $this->call('getCertificate', ['serialNumber' => $serial]);
        $details = $answer->certificateDetails;
        $leaf = pem($details->X509Cert);
        $parsed = openssl_x509_parse($leaf);
        check(number($parsed['serialNumberHex']) === number($details->serialNumber), 'another serial number', $details);
        $dates = [moment($details->startDate), moment($details->endDate)];
        check([$parsed['validFrom_time_t'], $parsed['validTo_time_t']] === $dates, 'other dates', $details);
        check($details->certificateStatus === 'VALID', 'not valid', $details);
        return [$leaf, array_map(pem(...), $answer->caBundle->X509Cert), $details->serialNumber];
    }

    /** The certificate that an order of TLS must come to, found good by openssl. */
    protected function issued(string $orderId, array $names): string
    {
        $this->until($orderId, 'ENROLLED');
        [$leaf, $bundle, $serial] = $this->newest($orderId);
        check($this->isOurs($leaf), 'another key', $orderId);
        check(dnsNames($leaf) === sorted($names), 'other names', dnsNames($leaf));
        $this->verify($leaf, $bundle, 'sslserver');
        return $serial;
    }

    protected function isOurs(string $leaf): bool
    {
        $key = fn (OpenSSLAsymmetricKey $key): string => openssl_pkey_get_details($key)['key'];
        return $key(openssl_pkey_get_public($leaf)) === $key($this->key);
    }

    protected function verify(string $leaf, array $bundle, string $purpose): void
    {
        $command = [
            'openssl', 'verify', '-x509_strict', '-purpose', $purpose,
            '-attime', (string) $this->control->now()->getTimestamp(),
            '-CAfile', "$this->directory/root.pem", '-untrusted', $this->write('bundle.pem', implode('', $bundle)),
            $this->write('leaf.pem', $leaf),
        ];
        exec(implode(' ', array_map(escapeshellarg(...), $command)) . ' 2>&1', $output, $status);
        check($status === 0, 'openssl refuses the certificate', $output);
    }

    protected function write(string $name, string $text): string
    {
        file_put_contents("$this->directory/$name", $text);
        return "$this->directory/$name";
    }
}

/** A certificate in PEM, whether it came so or in bare base64, of any line width: both are seen. */
function pem(string $text): string
{
    $body = preg_replace('/-----[A-Z ]+-----|\s+/', '', $text);
    return "-----BEGIN CERTIFICATE-----\n" . chunk_split($body, 64, "\n") . "-----END CERTIFICATE-----\n";
}

function dnsNames(string $certificate): array
{
    $names = explode(', ', openssl_x509_parse($certificate)['extensions']['subjectAltName']);
    return sorted(array_map(fn (string $name): string => preg_replace('/^DNS:/', '', $name), $names));
}

function sorted(array $texts): array
{
    sort($texts);
    return $texts;
}

/** Serial numbers are numbers: case and leading zeros are a matter of taste. */
function number(string $hex): string
{
    return ltrim(strtolower($hex), '0');
}

function moment(string $dateTime): int
{
    return (new DateTimeImmutable($dateTime))->getTimestamp();
}
