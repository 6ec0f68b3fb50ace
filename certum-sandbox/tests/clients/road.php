<?php
// A reseller's year against the sandbox, by PHP's own SoapClient, with nothing but the WSDL that is served.
//
// usage: php road.php INFO
//
// INFO is a file with the line that certum-sandbox prints at its start. Whatever is not as the facts about the
// Partner API have it ends the program with an exception, and so does every notice of PHP.
declare(strict_types=1);

require __DIR__ . '/account.php';

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

final class Road extends Account
{
    private function products(): void
    {
        $listed = $this->call('getProductList', ['hashAlgorithm' => true])->products->product;
        $products = array_column($listed, null, 'code');
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
        $description = 'Odpis z rejestru & reszta';
        $document = ['description' => $description, 'type' => 'ORGANIZATION', 'files' => ['file' => [$file]]];
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
        $left = moment($told->verificationLinkValidityDate) - $this->control->now()->getTimestamp();
        $this->control->advance($left + 60);
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
        $ask = fn (): object => $this->call('getCertificate', ['serialNumber' => $first])->certificateDetails;
        $status = fn (): string => $ask()->certificateStatus;
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
        $difference = [array_diff_assoc($found, $placed), array_diff_assoc($placed, $found)];
        check($found === $placed, 'other orders', $difference);
    }

    /** An order as far as its certificate, by nothing but what has changed since the last look. */
    private function byWatermark(): void
    {
        $name = 'cierpliwa.example.com';
        $watermark = $this->control->now();
        [$orderId, $verification] = $this->order('601', $name, [$name]);
        $this->control->publish($verification, [$name]);
        $status = null;
        for ($tries = 0; $tries < 60 && $status !== 'ENROLLED'; $tries++) {
            $until = $this->control->now();
            foreach ($this->told('getModifiedOrders', $this->between($watermark, $until)) as $order) {
                $status = $order->orderStatus->orderID === $orderId ? $order->orderStatus->orderStatus : $status;
            }
            $watermark = $until;
            $this->control->advance(60);
        }
        check($status === 'ENROLLED', 'not followed', $status);
    }

    private function between(DateTimeImmutable $from, DateTimeImmutable $to): array
    {
        $option = ['orderStatus' => true];
        return ['fromDate' => $from->format('c'), 'toDate' => $to->format('c'), 'orderOption' => $option];
    }

    /** The orders of a list, under the number of their page. */
    private function told(string $operation, array $asked): Generator
    {
        for ($number = 1; $number <= 100; $number++) {
            try {
                $answer = $this->call($operation, ['pageNumber' => $number] + $asked);
            } catch (Refused $refusal) {
                // Past the last page.
                check($refusal->codes === [1155], $operation, $refusal->getMessage());
                return;
            }
            $orders = $answer->orders->Order ?? [];
            $header = $answer->responseHeader;
            check(($header->currentPage ?? $number) === $number, 'another page', $header);
            check(($header->returnCount ?? count($orders)) === count($orders), 'another number', $header);
            check(max($header->pagesCount ?? $number, 1) >= $number, 'too many pages', $header);
            foreach ($orders as $order) {
                check(!isset($order->certificateDetails), 'more than was asked for', $order);
                yield $number => $order;
            }
        }
    }

    /** How often each identifier is listed. */
    private function listed(string $operation, DateTimeImmutable $since): array
    {
        $asked = $this->between($since, $this->control->now()->modify('+5 minutes'));
        $found = [];
        $last = 0;
        foreach ($this->told($operation, $asked) as $last => $order) {
            $found[$order->orderStatus->orderID] = ($found[$order->orderStatus->orderID] ?? 0) + 1;
        }
        check($operation !== 'getOrdersByDateRange' || $last > 1, 'all orders were on one page');
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
            $isOurFault = str_ends_with($fault->faultcode, 'Client') && $fault->getMessage() !== '';
            check($isOurFault, 'another fault', $fault->faultcode);
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
        $this->byWatermark();
        $this->expiring();
        $this->refusalsOfAnotherKind();
        $this->pages($since);
        preg_match_all('/ (\w+)\(/', implode("\n", $this->client->__getFunctions()), $known);
        $left = array_diff($known[1], array_keys($this->called));
        check($left === [], 'never called', $left);
        printf("PHP %s: %d operations, %d orders\n", PHP_VERSION, count($this->called), array_sum($this->placed));
    }
}

(new Road(json_decode(file_get_contents($argv[1]))))->walk();
