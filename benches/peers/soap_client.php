<?php
// PHP's SoapClient reading and writing the Partner API's documents. `php soap_client.php DIRECTORY`
//
// Takes lines from its standard input and answers each with one: `decode N` and `encode N` with the processor time of
// that work in nanoseconds, `digest 0` with what was read out of the page and `document 0` with the request, both as JSON.
declare(strict_types=1);

// Calls nobody: the request is kept, and the answer is the one that was put in.
final class CannedClient extends SoapClient
{
    public string $answer = '';
    public string $request = '';

    public function __doRequest(
        string $request,
        string $location,
        string $action,
        int $version,
        bool $oneWay = false,
    ): ?string {
        $this->request = $request;
        return $this->answer;
    }
}

function processor_time(): int
{
    $used = getrusage();
    $microseconds = ($used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec']) * 1_000_000
        + $used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec'];
    return $microseconds * 1000;
}

$directory = $argv[1];
$client = new CannedClient("$directory/service.wsdl", ['cache_wsdl' => WSDL_CACHE_NONE]);
$page = file_get_contents("$directory/page.xml");
$order = json_decode(file_get_contents("$directory/order.json"), true, flags: JSON_THROW_ON_ERROR);
$range = [
    'requestHeader' => $order['requestHeader'],
    'fromDate' => '2026-11-01T00:00:00Z',
    'toDate' => '2026-11-21T00:00:00Z',
];

// SoapClient can't read without having asked: the small request is part of the work.
$decode = function () use ($client, $page, $range): object {
    $client->answer = $page;
    return $client->getOrdersByDateRange($range);
};
// An empty answer is nothing to read.
$encode = function () use ($client, $order): string {
    $client->answer = '';
    $client->quickOrder($order);
    return $client->request;
};
$time = function (callable $work, int $times): int {
    $before = processor_time();
    for ($i = 0; $i < $times; $i++) {
        $work();
    }
    return processor_time() - $before;
};
$digest = function (object $page): string {
    $context = hash_init('sha256');
    foreach ($page->orders->Order as $order) {
        hash_update($context, $order->orderStatus->orderID);
        hash_update($context, $order->orderDetails->requestorInfo->lastName);
        hash_update($context, $order->certificateDetails->subjectName);
        hash_update($context, $order->certificateDetails->X509Cert);
    }
    return hash_final($context);
};

echo "PHP's SoapClient, PHP ", PHP_VERSION, "\n";
while (($line = fgets(STDIN)) !== false) {
    [$what, $times] = explode(' ', trim($line));
    echo match ($what) {
        'decode' => $time($decode, (int) $times),
        'encode' => $time($encode, (int) $times),
        'digest' => json_encode($digest($decode())),
        'document' => json_encode($encode(), JSON_THROW_ON_ERROR),
    }, "\n";
}
