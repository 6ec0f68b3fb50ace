<?php

declare(strict_types=1);

namespace Certum;

/** What WHMCS's daily cron brings up to date. A service is asked about only if the gateway has news of it. */
final class Sync
{
    private const PAGE = 100;
    /** How often a fact that could not be handed over is tried again, once a day. */
    private const TRIES = 5;
    private const BEGINNING = ['cursor' => 0, 'fact' => '', 'late' => []];

    /** Goes on with the others where one fails. */
    public static function daily(): void
    {
        $byServer = [];
        foreach (Host::orders() as $order) {
            self::guarded('cron', static function () use ($order, &$byServer): void {
                $id = (int) $order['serviceid'];
                $byServer[(int) Host::service($id)['server']][$order['remoteid']] = $id;
            });
        }
        foreach ($byServer as $server => $services) {
            self::guarded("server $server", static fn () => self::server($server, $services));
        }
    }

    /** The parameters that WHMCS would give for a service, as far as hooks need them. */
    public static function params(int $service): array
    {
        $sold = Host::service($service);
        $isOption = static fn (string $name): bool => str_starts_with($name, 'configoption');
        $options = array_filter($sold['product'], $isOption, ARRAY_FILTER_USE_KEY);
        return $options + Host::server((int) $sold['server']) + ['serviceid' => $service, 'clientsdetails' => $sold['client']];
    }

    /** Whether it went well. What did not is logged. */
    public static function guarded(string $what, callable $do): bool
    {
        try {
            $do();
            return true;
        } catch (\Throwable $error) {
            Host::log("$what: " . Problem::of($error)->line());
            return false;
        }
    }

    /** @param array<string, int> $services by their names at the gateway */
    private static function server(int $server, array $services): void
    {
        $changed = self::takeFacts($server, $services);
        foreach ($services as $id) {
            $refresh = isset($changed[$id]) ? ['refresh'] : [];
            foreach (['tellOfPayments', 'tellOfCancellation', ...$refresh] as $task) {
                self::guarded("service $id", static fn () => Service::of(self::params($id))->$task());
            }
        }
    }

    /** Takes what has happened since the last time. @return array<int, true> the services that it was about */
    private static function takeFacts(int $server, array $services): array
    {
        $gateway = Service::gateway(Host::server($server));
        $ask = static fn (int $after, int $limit = self::PAGE): array
            => $gateway->get('/v1/facts', ['after' => $after, 'limit' => $limit])['facts'];
        $place = json_decode(Host::kept("facts:$server") ?? 'null', true) ?? self::BEGINNING;
        // The last one is read again. If it isn't there, its 60 days are over, or the gateway has another database.
        $page = $ask(max(0, $place['cursor'] - 1));
        if ($place['cursor'] > 0 && ($page[0]['id'] ?? '') !== $place['fact']) {
            [$place, $page] = [self::BEGINNING, $ask(0)];
        }
        // Those that could not be handed over.
        foreach ($place['late'] as $cursor => $tries) {
            $fact = $ask($cursor - 1, 1)[0] ?? null;
            $isOver = (int) ($fact['cursor'] ?? 0) !== $cursor || self::take($services, $fact) || $tries >= self::TRIES;
            unset($place['late'][$cursor]);
            $place['late'] += $isOver ? [] : [$cursor => $tries + 1];
            Host::keep("facts:$server", json_encode($place, JSON_THROW_ON_ERROR));
        }
        $changed = [];
        do {
            foreach ($page as $fact) {
                $remote = $fact['data']['service'] ?? '';
                $id = $services[$remote] ?? null;
                $cursor = (int) $fact['cursor'];
                // Those that another server of WHMCS has read of the same gateway are known by the service.
                $seen = $id === null ? [] : Host::noted($id, 'seen') ?? [];
                if ($id !== null && $cursor > ($seen[$remote] ?? 0)) {
                    if (!self::take($services, $fact)) {
                        $place['late'][$cursor] = 1;
                    }
                    $changed[$id] = true;
                    $seen = [$remote => $cursor];
                }
                // Kept after each, so that a crash tells of one fact twice, and loses none.
                if ($cursor > $place['cursor']) {
                    $place = ['cursor' => $cursor, 'fact' => $fact['id']] + $place;
                    Host::keep("facts:$server", json_encode($place, JSON_THROW_ON_ERROR));
                }
                if (isset($changed[$id])) {
                    Host::note($id, 'seen', $seen);
                }
            }
        } while (count($page) === self::PAGE && ($page = $ask($place['cursor'])) !== []);
        return $changed;
    }

    private static function take(array $services, array $fact): bool
    {
        $data = $fact['data'];
        $id = $services[$data['service'] ?? ''] ?? null;
        return $id === null || self::guarded("service $id", static fn () => match ($fact['kind']) {
            'due_date_proposed' => self::moveDueDate($id, (string) $data['due_on'], (string) ($data['serial_number'] ?? '')),
            'message' => Host::sendLetter($id, $data),
            // Somebody has to look at these; all others are told of by letters.
            'stuck', 'held', 'order_refused', 'order_rejected' => Host::log("service $id: {$fact['kind']}"),
            default => null,
        });
    }

    /** Once for each certificate, and only forward, so that a paid term is never asked for again. */
    private static function moveDueDate(int $id, string $due, string $serial): void
    {
        $sold = Host::service($id);
        if (!Settings::ticked($sold['product'], Settings::FOLLOW) || (Host::noted($id, 'due_by') ?? '') === $serial) {
            return;
        }
        if ($due > substr((string) $sold['nextduedate'], 0, 10)) {
            Host::changeService($id, ['nextduedate' => $due, 'nextinvoicedate' => $due]);
        }
        Host::note($id, 'due_by', $serial);
    }
}
