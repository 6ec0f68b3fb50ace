<?php

declare(strict_types=1);

namespace Certum;

/** Calls of the gateway. The token is sent, and stands nowhere else. */
final class Gateway
{
    private const CONNECT_SECONDS = 5;
    /** What is only shown is asked for once, and a page does not wait long for it. */
    private const SHOWN_SECONDS = 10;
    /** For what may ask the CA. The gateway works on it for 60 seconds at most. */
    private const WORKED_SECONDS = 65;
    private const TRIES = 3;
    /** How long a write is repeated. */
    public const PATIENT = 90;
    /** While a client pays. The cron tells again what was not heard. */
    public const BRIEF = 10;

    /** Those that were away in this request: they are not waited for again. @var array<string, true> */
    private static array $silent = [];

    private readonly string $address;

    public function __construct(
        string $address,
        #[\SensitiveParameter] private readonly string $token,
        private readonly string $language = 'en',
        private readonly bool $isReseller = false,
        private readonly int $patience = self::PATIENT,
    ) {
        $parts = parse_url($address);
        $isHere = in_array($parts['host'] ?? '', ['127.0.0.1', 'localhost', '[::1]'], true);
        if (($parts['scheme'] ?? '') !== 'https' && !$isHere) {
            throw new Problem('The gateway must be reached by https.');
        }
        $this->address = rtrim($address, '/');
    }

    /** For var_dump and traces. */
    public function __debugInfo(): array
    {
        return ['address' => $this->address];
    }

    public function get(string $path, array $query = []): array
    {
        return $this->json($this->call('GET', $path, $query, null, null));
    }

    /** A file as it is. */
    public function file(string $path, array $query = []): string
    {
        return $this->call('GET', $path, $query, null, null);
    }

    /** A question that has a body, and changes nothing. */
    public function ask(string $path, array $body, array $query = []): array
    {
        return $this->json($this->call('POST', $path, $query, $body, null));
    }

    /** A write. The same key is the same write, however often it is sent. */
    public function write(string $method, string $path, array $body, string $key): array
    {
        return $this->json($this->call($method, $path, [], $body, $key));
    }

    private function call(string $method, string $path, array $query, ?array $body, ?string $key): string
    {
        if (isset(self::$silent[$this->address])) {
            throw new Problem('The gateway does not answer.');
        }
        $end = time() + $this->patience;
        for ($try = 1; ; $try++) {
            $seconds = $method === 'GET' ? self::SHOWN_SECONDS : max(1, min(self::WORKED_SECONDS, $end - time()));
            try {
                return $this->callOnce($method, $path, $query, $body, $key, $seconds);
            } catch (Problem $problem) {
                // Asked again with the same key, the gateway says what came of the first time; what it still works on is waited for.
                $isOver = time() >= $end || ($try >= self::TRIES && $problem->kind !== 'in_progress');
                if ($problem->isFinal() || $key === null || $isOver) {
                    if ($problem->status === 0) {
                        self::$silent[$this->address] = true;
                    }
                    throw $problem;
                }
                usleep(400_000 * min($try, 5));
            }
        }
    }

    private function callOnce(string $method, string $path, array $query, ?array $body, ?string $key, int $seconds): string
    {
        $query += $this->isReseller ? ['role' => 'reseller'] : [];
        // Not in the address: who writes again under the same key may read another language.
        $headers = ["Authorization: Bearer {$this->token}", "Accept-Language: {$this->language}", 'Expect:'];
        if ($key !== null) {
            $headers[] = "Idempotency-Key: $key";
        }
        $curl = curl_init("{$this->address}$path" . ($query === [] ? '' : '?' . http_build_query($query)));
        curl_setopt_array($curl, [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_CONNECTTIMEOUT => self::CONNECT_SECONDS,
            CURLOPT_TIMEOUT => $seconds,
            CURLOPT_FOLLOWLOCATION => false,
        ]);
        if ($body !== null) {
            $headers[] = 'Content-Type: application/json';
            $text = json_encode($body === [] ? (object) [] : $body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
            curl_setopt($curl, CURLOPT_POSTFIELDS, $text);
        }
        curl_setopt($curl, CURLOPT_HTTPHEADER, $headers);
        $answer = curl_exec($curl);
        $status = (int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        if ($answer === false) {
            throw new Problem('The gateway does not answer: ' . curl_error($curl));
        }
        // Bodies have requests, contacts and keys, so that only what was called is logged.
        Host::logCall("$method $path", $status);
        if ($status < 200 || $status > 299) {
            throw Problem::read($status, json_decode($answer, true));
        }
        return $answer;
    }

    private function json(string $answer): array
    {
        return $answer === '' ? [] : (json_decode($answer, true) ?? throw new Problem('The gateway answers no JSON.'));
    }
}
