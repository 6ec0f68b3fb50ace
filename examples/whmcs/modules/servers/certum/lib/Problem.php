<?php

declare(strict_types=1);

namespace Certum;

/** What the gateway refused, or that it could not be heard. Its message may be shown to whoever asked. */
final class Problem extends \RuntimeException
{
    /** @param list<array{field: string, text: string}> $findings */
    public function __construct(
        string $message,
        public readonly int $status = 0,
        public readonly string $kind = 'unanswered',
        public readonly array $findings = [],
    ) {
        parent::__construct($message);
    }

    /** From a document after RFC 9457. */
    public static function read(int $status, ?array $document): self
    {
        $read = static fn (array $one): array => ['field' => (string) ($one['field'] ?? ''), 'text' => (string) ($one['text'] ?? '')];
        $findings = array_map($read, $document['findings'] ?? []);
        $message = (string) (($document['detail'] ?? '') ?: $document['title'] ?? "HTTP $status");
        return new self($message, $status, (string) ($document['code'] ?? 'unreadable_answer'), $findings);
    }

    /** What is said of any failure. Of one that nobody foresaw, its place alone is logged: its words may hold what was sent. */
    public static function of(\Throwable $error): self
    {
        if ($error instanceof self) {
            return $error;
        }
        Host::log($error::class . ' at ' . basename($error->getFile()) . ':' . $error->getLine());
        return new self('Something went wrong here. The activity log says where.');
    }

    /** Whether the gateway has decided: what was asked for is not under way. */
    public function isFinal(): bool
    {
        return $this->status >= 400 && $this->status < 500 && !in_array($this->kind, ['busy', 'in_progress'], true);
    }

    /** One line for WHMCS, which shows text and nothing else: each field with what is wrong about it. */
    public function line(): string
    {
        $lines = array_map(
            static fn (array $finding): string => $finding['field'] === '' ? $finding['text'] : "{$finding['field']}: {$finding['text']}",
            $this->findings,
        );
        return $lines === [] ? $this->getMessage() : implode('; ', $lines);
    }
}
