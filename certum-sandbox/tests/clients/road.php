<?php
// A reseller's year against the sandbox, by PHP's own SoapClient, with nothing but the WSDL that is served.
//
// usage: php road.php INFO
//
// INFO is a file with the line that certum-sandbox prints at its start. Whatever is not as the facts about the
// Partner API have it ends the program with an exception, and so does every notice of PHP.
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
const ORGANIZATION = [
    'organization' => 'Sklep Sp. z o.o.', 'locality' => 'Szczecin', 'state' => 'Zachodniopomorskie', 'country' => 'PL',
];
const EXTENDED = ORGANIZATION + [
    'serialNumber' => '0000123456',
    'businessCategory' => 'Private Organization',
    'streetAddress' => 'Bajeczna 13',
    'postalCode' => '71-838',
    'joiln' => 'Szczecin',
    'joisopn' => 'Zachodniopomorskie',
    'joisocn' => 'PL',
];

// More than any page holds.
const MANY = 105;

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
        $http = ['method' => 'POST', 'header' => 'Content-Type: application/json', 'content' => json_encode((object) $body)];
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
        ['method' => $method, 'code' => $code] = ['method' => $verification->approverMethod, 'code' => $verification->code];
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

final class Reseller
{
    private readonly SoapClient $client;
    private readonly Control $control;
    private readonly string $directory;
    private readonly string $config;
    private OpenSSLAsymmetricKey $key;
    /** How often each identifier was given to an order. */
    private array $placed = [];
    private array $called = [];

    public function __construct(private readonly object $info)
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

    private function call(string $operation, array $fields = []): object
    {
        return $this->callAs(USER, PASSWORD, $operation, $fields);
    }

    private function callAs(string $user, string $password, string $operation, array $fields): object
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
    private function refused(string $operation, array $expected, array $fields): void
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

    private function newCsr(string $name): string
    {
        $this->key = openssl_pkey_new(['private_key_type' => OPENSSL_KEYTYPE_EC, 'curve_name' => 'prime256v1']);
        $key = $this->key;
        $csr = openssl_csr_new(['commonName' => $name], $key, ['digest_alg' => 'sha256', 'config' => $this->config]);
        openssl_csr_export($csr, $text);
        return $text;
    }

    private function orderFields(string $product, string $name, array $names, ?array $approver, array $parameters): array
    {
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
    private function order(
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
            check($verification->approverMethod === ($approver['approverMethod'] ?? 'DNS_TXT'), 'method', $verification);
            check(sorted($verification->FQDNs->FQDN) === sorted($names), 'other names', $verification);
        }
        return [$answer->orderID, $verification];
    }

    private function count(string $orderId): void
    {
        $this->placed[$orderId] = ($this->placed[$orderId] ?? 0) + 1;
    }

    /** Proves the names of an order by its own method, and has the CA look. */
    private function prove(string $orderId, ?object $verification): void
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
    private function officer(string $orderId): void
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
    private function until(string $orderId, string $status): void
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
    private function newest(string $orderId): array
    {
        $wanted = ['certificateDetails' => true, 'orderDetails' => false, 'orderStatus' => true];
        $fields = ['orderID' => $orderId, 'orderOption' => $wanted];
        $orders = $this->call('getOrderByOrderID', $fields)->orders->Order;
        $last = end($orders);
        check(!isset($last->orderDetails) && $last->orderStatus->orderID === $orderId, 'another order', $last);
        return $this->certificate($last->certificateDetails->serialNumber);
    }

    /** A certificate that is in force: in PEM, the issuers' in PEM, and its serial number. */
    private function certificate(string $serial): array
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
    private function issued(string $orderId, array $names): string
    {
        $this->until($orderId, 'ENROLLED');
        [$leaf, $bundle, $serial] = $this->newest($orderId);
        check($this->isOurs($leaf), 'another key', $orderId);
        check(dnsNames($leaf) === sorted($names), 'other names', dnsNames($leaf));
        $this->verify($leaf, $bundle, 'sslserver');
        return $serial;
    }

    private function isOurs(string $leaf): bool
    {
        $key = fn (OpenSSLAsymmetricKey $key): string => openssl_pkey_get_details($key)['key'];
        return $key(openssl_pkey_get_public($leaf)) === $key($this->key);
    }

    private function verify(string $leaf, array $bundle, string $purpose): void
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

    private function write(string $name, string $text): string
    {
        file_put_contents("$this->directory/$name", $text);
        return "$this->directory/$name";
    }

    // The road

    private function products(): void
    {
        $products = array_column($this->call('getProductList', ['hashAlgorithm' => true])->products->product, null, 'code');
        $missing = array_diff([601, 741, 931, 631, 641, 731], array_keys($products));
        check($missing === [], 'not sold', $missing);
        check(($products[601]->supportedHashAlgorithms->hashAlgorithm ?? []) !== [], 'no algorithms', $products[601]);
    }

    private function validation(): void
    {
        $names = ['sklep.example.com'];
        $parsed = $this->call('validateOrderParameters', $this->orderFields('601', $names[0], $names, null, []));
        $name = $parsed->ParsedCSR->commonName ?? $names[0];
        check($name === $names[0], 'another name', $parsed);
        $bad = $this->orderFields('601', $names[0], $names, null, ['CSR' => 'nonsense', 'customer' => USER]);
        $bad['requestorInfo'] = ['email' => 'jan'] + REQUESTOR;
        $this->refused('validateOrderParameters', [1023, 1060, 1078], $bad);
        $this->refused('quickOrder', [1023, 1060, 1078], $bad);
    }

    private function domainValidated(): array
    {
        $serials = [];
        foreach (['DNS', 'DNS_TXT', 'DNS_TXT_PREFIX', 'DNS_CNAME', 'DNS_CNAME_PREFIX', 'FILE', 'ADMIN'] as $method) {
            $name = strtr(strtolower($method), '_', '-') . '.example.com';
            $approver = ['approverMethod' => $method];
            if ($method === 'ADMIN') {
                $approver['approverEmailPrefix'] = 'HOSTMASTER';
            }
            [$orderId, $verification] = $this->order('601', $name, [$name], $approver, ['orderID' => "svc-$method"]);
            check($method !== 'ADMIN' || $verification->approverEmail === "hostmaster@$name", 'mailbox', $verification);
            $this->prove($orderId, $verification);
            $serials[] = $this->issued($orderId, [$name]);
        }
        $again = $this->orderFields('601', 'a.example.com', ['a.example.com'], null, ['orderID' => 'svc-FILE']);
        $this->refused('quickOrder', [1012], $again);
        return $serials;
    }

    private function anotherMethod(): void
    {
        $name = 'zmiana.example.com';
        [$orderId, $first] = $this->order('601', $name, [$name], ['approverMethod' => 'FILE']);
        $fields = ['orderID' => $orderId, 'SANApprover' => ['approverMethod' => 'DNS_TXT']];
        $second = $this->call('addSanVerification', $fields)->SANVerification;
        check($second->code !== $first->code && $second->approverMethod === 'DNS_TXT', 'the same', $second);
        $this->refused('performSanVerification', [1184], ['code' => $first->code]);
        $this->prove($orderId, $second);
        $this->issued($orderId, [$name]);
    }

    private function organizations(): array
    {
        $serials = [];
        foreach ([['631', 'ov.example.com', ORGANIZATION], ['641', 'ev.example.com', EXTENDED]] as $one) {
            [$product, $name, $subject] = $one;
            [$orderId, $verification] = $this->order($product, $name, [$name], null, $subject);
            $this->prove($orderId, $verification);
            $this->handIn($orderId);
            $this->officer($orderId);
            $serials[] = $this->issued($orderId, [$name]);
        }
        return $serials;
    }

    private function handIn(string $orderId): void
    {
        $file = ['fileName' => 'odpis krs.pdf', 'content' => random_bytes(20000)];
        $document = ['description' => 'Odpis z rejestru & reszta', 'type' => 'ORGANIZATION', 'files' => ['file' => [$file]]];
        $this->call('verifyOrder', ['verifyOrderParameters' => [
            'note' => 'Dokumenty w załączeniu', 'orderID' => $orderId, 'documents' => ['document' => [$document]],
        ]]);
        // What stands in this answer is not published.
        $this->call('getDocumentsList', ['orderID' => $orderId]);
    }

    private function mailbox(): void
    {
        $address = 'jan@poczta.example.com';
        [$orderId, $verification] = $this->order('731', $address, parameters: ['email' => $address]);
        check($verification === null, 'a domain to be verified', $verification);
        $ask = fn (): object => $this->call('getEmailVerification', ['orderID' => $orderId])->emailVerification;
        $told = $ask();
        check([$told->email, $told->verified] === [$address, false], 'another mailbox', $told);
        // The first message can still be answered.
        $this->refused('addEmailVerification', [1114], ['orderID' => $orderId]);
        $this->control->advance(moment($told->verificationLinkValidityDate) - $this->control->now()->getTimestamp() + 60);
        $this->call('addEmailVerification', ['orderID' => $orderId]);
        check(moment($ask()->sendDate) > moment($told->sendDate), 'not sent again', $ask());
        $mails = $this->control->mails($orderId);
        $this->control->post('mail/' . max(array_column($mails, 'id')) . '/approve');
        check($ask()->verified, 'not verified', $ask());
        $this->officer($orderId);
        $this->until($orderId, 'ENROLLED');
        [$leaf, $bundle] = $this->newest($orderId);
        $found = openssl_x509_parse($leaf)['extensions']['subjectAltName'];
        check($found === "email:$address" && $this->isOurs($leaf), 'another certificate', $found);
        $this->verify($leaf, $bundle, 'smimesign');
    }

    /** A certificate gets another name and another key, and is renewed. */
    private function severalNames(): void
    {
        $names = ['jeden.example.com', 'dwa.example.com'];
        [$orderId, $verification] = $this->order('931', $names[0], $names);
        $this->prove($orderId, $verification);
        $first = $this->issued($orderId, $names);

        $names[] = 'trzy.example.com';
        $answer = $this->call('reissueCertificate', [
            'serialNumber' => $first,
            'CSR' => $this->newCsr($names[0]),
            'SANApprover' => ['approverMethod' => 'DNS_TXT_PREFIX'],
            'SANEntries' => ['SANEntry' => [['DNSName' => $names[2]]]],
        ]);
        $this->count($answer->orderID);
        check(in_array($names[2], $answer->SANVerification->FQDNs->FQDN, true), 'not to be verified', $answer);
        $this->prove($answer->orderID, $answer->SANVerification);
        $second = $this->waitForReissue($answer->orderID, $first, $names);
        $status = fn (): string => $this->call('getCertificate', ['serialNumber' => $first])->certificateDetails->certificateStatus;
        check(in_array($status(), ['VALID', 'REVOKING'], true), 'revoked at once', $status());
        $this->refused('reissueCertificate', [2126], ['serialNumber' => $first]);
        $this->control->advance(15 * 86400);
        check($status() === 'REVOKED', 'not revoked', $status());

        $renewal = [
            'SANApprover' => ['approverMethod' => 'DNS_TXT'],
            'CSR' => $this->newCsr($names[0]),
            'customer' => 'customer-7',
            'productCode' => '936',
            'serialNumber' => $second,
        ];
        $this->refused('renewCertificate', [1169], ['customer' => 'customer-8'] + $renewal);
        $this->refused('renewCertificate', [1166], ['productCode' => '931'] + $renewal);
        $answer = $this->call('renewCertificate', $renewal);
        $this->count($answer->orderID);
        $this->prove($answer->orderID, $answer->SANVerification ?? null);
        $this->issued($answer->orderID, $names);
    }

    /** The order of a reissue may be the former one, which has its certificate already. */
    private function waitForReissue(string $orderId, string $former, array $names): string
    {
        for ($tries = 0; $tries < 60; $tries++) {
            $orders = $this->call('getOrderByOrderID', ['orderID' => $orderId])->orders->Order;
            $order = end($orders);
            $serial = $order->certificateDetails->serialNumber ?? null;
            if ($serial !== null && number($serial) !== number($former)) {
                check($order->reissue, 'no reissue', $order);
                return $this->issued($orderId, $names);
            }
            $this->control->advance(60);
        }
        throw new Exception("no reissue of $former: " . json_encode($order));
    }

    private function revocation(string $ov, string $ev): void
    {
        $today = $this->control->now()->setTimezone(new DateTimeZone('UTC'))->format('Y-m-d');
        $compromised = ['revocationReason' => 'KEYCOMPROMISE', 'keyCompromitationDate' => $today];
        foreach ([[$ov, ['revocationReason' => 'SUPERSEDED']], [$ev, $compromised]] as [$serial, $reason]) {
            $parameters = ['serialNumber' => $serial, 'note' => 'nie jest już potrzebny'] + $reason;
            $this->call('revokeCertificate', ['revokeCertificateParameters' => $parameters]);
            $this->control->advance(86400);
            $told = $this->call('getCertificate', ['serialNumber' => $serial])->certificateDetails;
            check($told->certificateStatus === 'REVOKED', 'not revoked', $told);
            $this->refused('revokeCertificate', [1145], ['revokeCertificateParameters' => $parameters]);
        }
    }

    private function cancellation(): void
    {
        $name = 'rozmyslilem.example.com';
        [$orderId] = $this->order('601', $name, [$name]);
        $since = $this->control->now()->modify('-2 seconds');
        $this->call('cancelOrder', ['cancelParameters' => ['orderID' => $orderId, 'note' => 'rozmyśliłem się']]);
        $status = $this->call('getOrderState', ['orderID' => $orderId])->orderStatus;
        check($status === 'REJECTED', 'not cancelled', $status);
        $this->refused('cancelOrder', [1151], ['cancelParameters' => ['orderID' => $orderId]]);
        $this->refused('cancelOrder', [1136], ['cancelParameters' => ['orderID' => 'svc-FILE']]);
        $changed = $this->listed('getModifiedOrders', $since);
        check(isset($changed[$orderId]), 'not among the changed', $changed);
    }

    /** One certificate for the names of several others. */
    private function serverNames(array $serials): void
    {
        [$first, $second, $third] = $serials;
        $answer = $this->call('orderSNICertificate', [
            'orderSNIParameters' => ['CSR' => $this->newCsr('sni.example.com'), 'language' => 'en'],
            'serialNumbers' => ['serialNumber' => [$first, $second]],
            'requestorInfo' => REQUESTOR,
        ]);
        check(($answer->invalidSerialNumbers->serialNumber ?? []) === [], 'not taken', $answer);
        $this->count($answer->orderID);
        $this->officer($answer->orderID);
        $this->until($answer->orderID, 'ENROLLED');
        [$leaf, , $before] = $this->newest($answer->orderID);
        $names = fn (string $serial): array => dnsNames($this->certificate($serial)[0]);
        $wanted = [...$names($first), ...$names($second)];
        check(array_diff($wanted, dnsNames($leaf)) === [], 'names are missing', dnsNames($leaf));

        $answer = $this->call('modifySNICertificate', [
            'serialNumber' => $before,
            'addSerialNumbers' => ['serialNumber' => [$third]],
            'removeSerialNumbers' => ['serialNumber' => [$first]],
        ]);
        $this->count($answer->orderID);
        $this->officer($answer->orderID);
        for ($tries = 0; $tries < 60; $tries++) {
            $this->until($answer->orderID, 'ENROLLED');
            [$leaf, $bundle, $serial] = $this->newest($answer->orderID);
            if (number($serial) !== number($before)) {
                break;
            }
            $this->control->advance(60);
        }
        $wanted = [...$names($second), ...$names($third)];
        check(array_diff($wanted, dnsNames($leaf)) === [], 'names are missing', dnsNames($leaf));
        check(array_intersect($names($first), dnsNames($leaf)) === [], 'names are left', dnsNames($leaf));
        $this->verify($leaf, $bundle, 'sslserver');
    }

    private function expiring(): void
    {
        $name = 'krotko.example.com';
        [$orderId, $verification] = $this->order('691', $name, [$name]);
        $this->prove($orderId, $verification);
        $serial = $this->issued($orderId, [$name]);
        $answer = $this->call('getExpiringCertificates', ['validityDaysLeft' => 30]);
        $found = array_column($answer->expiringCertificates, null, 'orderID');
        $one = $found[$orderId];
        check(number($one->serialNumber) === number($serial), 'another certificate', $one);
        check($one->validityDaysLeft >= 28 && $one->validityDaysLeft <= 30, 'other days', $one);
        check(!isset($found['svc-FILE']), 'expires later', $found);
        $this->refused('getExpiringCertificates', [2052], ['validityDaysLeft' => 0]);
    }

    /** Every order comes once, page after page, however long a page is. */
    private function pages(DateTimeImmutable $since): void
    {
        for ($number = 0; $number < MANY; $number++) {
            $this->order('601', "n$number.example.com", ["n$number.example.com"]);
        }
        $found = $this->listed('getOrdersByDateRange', $since);
        $placed = $this->placed;
        ksort($found);
        ksort($placed);
        check($found === $placed, 'other orders', [array_diff_assoc($found, $placed), array_diff_assoc($placed, $found)]);
    }

    /** How often each identifier is listed. */
    private function listed(string $operation, DateTimeImmutable $since): array
    {
        $asked = [
            'fromDate' => $since->format('c'),
            'toDate' => $this->control->now()->modify('+5 minutes')->format('c'),
            'orderOption' => ['orderStatus' => true],
        ];
        $found = [];
        for ($number = 1; ; $number++) {
            try {
                $answer = $this->call($operation, ['pageNumber' => $number] + $asked);
            } catch (Refused $refusal) {
                check($refusal->codes === [1155], $operation, $refusal->getMessage());
                break;
            }
            $orders = $answer->orders->Order ?? [];
            $header = $answer->responseHeader;
            check(($header->currentPage ?? $number) === $number, 'another page', $header);
            check(($header->returnCount ?? count($orders)) === count($orders), 'another number', $header);
            check(($header->pagesCount ?? $number) >= $number, 'too many pages', $header);
            foreach ($orders as $order) {
                check(!isset($order->certificateDetails), 'more than was asked for', $order);
                $found[$order->orderStatus->orderID] = ($found[$order->orderStatus->orderID] ?? 0) + 1;
            }
        }
        check($operation !== 'getOrdersByDateRange' || $number > 2, 'all orders were on one page');
        $this->refused($operation, [1153], ['pageNumber' => 101] + $asked);
        $this->refused($operation, [2057], ['toDate' => $since->modify('-1 day')->format('c')] + $asked);
        return $found;
    }

    private function refusalsOfAnotherKind(): void
    {
        foreach ([[USER, 'wrong'], ['nobody', PASSWORD]] as [$user, $password]) {
            try {
                $this->callAs($user, $password, 'getOrderState', ['orderID' => 'svc-FILE']);
            } catch (Refused $refusal) {
                check(in_array($refusal->successCode, [2, 3], true), 'credentials', $refusal->getMessage());
                continue;
            }
            throw new Exception('wrong credentials were right');
        }
        $this->refused('getOrderState', [1033], ['orderID' => 'nobody']);
        // What is not in the WSDL can only be asked without it.
        $bare = new SoapClient(null, ['location' => $this->info->endpoint, 'uri' => TARGET]);
        try {
            $bare->__soapCall('getStatement', []);
        } catch (SoapFault $fault) {
            check(str_ends_with($fault->faultcode, 'Client') && $fault->getMessage() !== '', 'fault', $fault->faultcode);
            return;
        }
        throw new Exception('an operation that is gone was carried out');
    }

    public function walk(): void
    {
        $since = $this->control->now()->modify('-1 minute');
        $this->products();
        $this->validation();
        $serials = $this->domainValidated();
        $this->anotherMethod();
        [$ov, $ev] = $this->organizations();
        $this->mailbox();
        $this->serverNames($serials);
        $this->severalNames();
        $this->revocation($ov, $ev);
        $this->cancellation();
        $this->expiring();
        $this->refusalsOfAnotherKind();
        $this->pages($since);
        preg_match_all('/ (\w+)\(/', implode("\n", $this->client->__getFunctions()), $known);
        $left = array_diff($known[1], array_keys($this->called));
        check($left === [], 'never called', $left);
        printf("PHP %s: %d operations, %d orders\n", PHP_VERSION, count($this->called), array_sum($this->placed));
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

(new Reseller(json_decode(file_get_contents($argv[1]))))->walk();
