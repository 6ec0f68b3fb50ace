<?php
// PHP's openssl functions on certificate requests. `php openssl_functions.php DIRECTORY`
//
// Takes lines from its standard input and answers each with one: the name of a work and a number with the processor time
// of so much work in nanoseconds, `values 0` with what was read out of the request, as JSON.
//
// PHP has no function that reads a request's names, and none that checks its signature. It is spared the names; and it
// gets what was signed and the signature beforehand, so that it has to read no more than the key.
declare(strict_types=1);

function processor_time(): int
{
    $used = getrusage();
    $microseconds = ($used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec']) * 1_000_000
        + $used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec'];
    return $microseconds * 1000;
}

$directory = $argv[1];
$file = fn (string $name): string => file_get_contents("$directory/$name");
$pem = $file('p256.pem');

$decode = function () use ($pem): array {
    $subject = openssl_csr_get_subject($pem, false);
    $key = openssl_pkey_get_details(openssl_csr_get_public_key($pem));
    return ['common_name' => $subject['commonName'], 'key' => $key['key']];
};
$verify = function (string $kind) use ($file): callable {
    [$pem, $message, $signature] = [$file("$kind.pem"), $file("$kind.message"), $file("$kind.signature")];
    return function () use ($pem, $message, $signature): void {
        $key = openssl_csr_get_public_key($pem);
        if (openssl_verify($message, $signature, $key, OPENSSL_ALGO_SHA256) !== 1) {
            throw new RuntimeException('a good signature is refused');
        }
    };
};
$generate = function (array $options): callable {
    return function () use ($options): void {
        if (openssl_pkey_new($options) === false) {
            throw new RuntimeException('no key was made');
        }
    };
};
$works = [
    'decode' => $decode,
    'verify-rsa-2048' => $verify('rsa-2048'),
    'verify-p256' => $verify('p256'),
    'generate-rsa-2048' => $generate(['private_key_type' => OPENSSL_KEYTYPE_RSA, 'private_key_bits' => 2048]),
    'generate-p256' => $generate(['private_key_type' => OPENSSL_KEYTYPE_EC, 'curve_name' => 'prime256v1']),
];
$time = function (callable $work, int $times): int {
    $before = processor_time();
    for ($i = 0; $i < $times; $i++) {
        $work();
    }
    return processor_time() - $before;
};
$values = function () use ($decode): string {
    ['common_name' => $name, 'key' => $key] = $decode();
    $der = base64_decode(preg_replace('/-----[^-]+-----/', '', $key));
    return json_encode(['common_name' => $name, 'names' => null, 'key' => bin2hex($der)], JSON_THROW_ON_ERROR);
};

echo "PHP's openssl functions, PHP ", PHP_VERSION, ', ', OPENSSL_VERSION_TEXT, "\n";
while (($line = fgets(STDIN)) !== false) {
    [$what, $times] = explode(' ', trim($line));
    echo $what === 'values' ? $values() : $time($works[$what], (int) $times), "\n";
}
