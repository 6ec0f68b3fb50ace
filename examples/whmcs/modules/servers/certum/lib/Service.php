<?php

declare(strict_types=1);

namespace Certum;

/** A service of WHMCS at the gateway. */
final class Service
{
    private const ATTEMPT_SECONDS = 3600;

    /** As it was seen last in this request. */
    private ?array $view = null;

    private function __construct(
        public readonly int $id,
        private readonly Gateway $gateway,
        private readonly array $params,
        private readonly bool $isReseller,
    ) {
    }

    /** By the parameters of a module's function. */
    public static function of(array $params, bool $isReseller = false, int $patience = Gateway::PATIENT): self
    {
        if ((int) ($params['addonId'] ?? 0) > 0) {
            throw new Problem('A certificate is sold as a product of its own, and not as an addon.');
        }
        return new self((int) $params['serviceid'], self::gateway($params, $isReseller, $patience), $params, $isReseller);
    }

    public static function gateway(array $params, bool $isReseller = false, int $patience = Gateway::PATIENT): Gateway
    {
        $host = (string) ($params['serverhostname'] ?? '');
        $port = (string) ($params['serverport'] ?? '');
        $scheme = ($params['serversecure'] ?? false) ? 'https' : 'http';
        $address = "$scheme://$host" . ($port === '' ? '' : ":$port");
        return new Gateway($address, (string) ($params['serverpassword'] ?? ''), Settings::language($params), $isReseller, $patience);
    }

    /** Creates it at the gateway. Called again it is the same one. */
    public function create(): void
    {
        $sold = Host::service($this->id);
        $code = Settings::option($this->params, Settings::PRODUCT);
        $products = array_column($this->gateway->get('/v1/products')['products'], null, 'code');
        $kind = $products[$code]['kind'] ?? throw new Problem("The CA has no product $code.");
        $installation = Host::installation();
        $body = [
            'reference' => "whmcs:$installation:{$this->id}",
            'customer' => "whmcs-$installation-{$sold['userid']}",
            'offer' => Settings::offer($this->params, $sold, $kind),
            'email' => (string) ($this->params['clientsdetails']['email'] ?? ''),
            'language' => Settings::language($this->params),
            'invite' => false,
        ];
        // The reference makes it once. Under the same key, an answer of before it was ended would come again.
        $view = $this->gateway->write('POST', '/v1/services', $body, bin2hex(random_bytes(16)));
        if ($view['running'] === 'terminated') {
            throw new Problem('The gateway has this service as terminated. What was ended is sold anew, as another service.');
        }
        Host::addOrder($this->id, (int) $sold['userid'], $view['id'], $code);
        $this->mirror($view);
        $this->tellOfPayments();
    }

    public function view(): array
    {
        return $this->view ??= $this->gateway->get($this->path());
    }

    public function draft(): array
    {
        return $this->gateway->get($this->path() . '/draft');
    }

    /** The last one counts, also where it says what an earlier one said: each has a key of its own. */
    public function saveDraft(array $form): void
    {
        $this->gateway->write('PUT', $this->path() . '/draft', $form, bin2hex(random_bytes(16)));
    }

    /** What is wrong with a form. */
    public function check(array $form, string $step): array
    {
        return $this->gateway->ask($this->path() . '/check', $form, ['step' => $step])['findings'];
    }

    public function decode(string $request): array
    {
        return $this->gateway->ask('/v1/requests/decode', ['csr' => $request]);
    }

    /** Makes a key that the gateway keeps, and answers the request for it. */
    public function makeRequest(array $form, string $once): string
    {
        $made = $this->gateway->write('POST', $this->path() . '/request', $form, $this->key('request', $form, $once));
        return (string) $made['csr'];
    }

    public function certificates(): array
    {
        return $this->gateway->get($this->path() . '/certificates')['certificates'];
    }

    public function files(string $serial, string $server): array
    {
        return $this->gateway->get($this->path($serial) . '/files', ['server' => $server])['files'];
    }

    public function file(string $serial, string $name, string $server): string
    {
        return $this->gateway->file($this->path($serial) . '/files/' . rawurlencode($name), ['server' => $server]);
    }

    /**
     * Does something once. Without a mark of the form that asked, one is noted until the gateway has decided, so that a call
     * after a crash or a time-out is the same call, and a later one is another.
     */
    public function act(string $action, array $form = [], string $once = ''): array
    {
        $mark = $once ?: $this->begin($action);
        try {
            $answer = $this->gateway->write('POST', $this->path() . "/actions/$action", $form, $this->key($action, $form, $mark));
        } catch (Problem $problem) {
            if ($once === '' && $problem->isFinal()) {
                Host::note($this->id, 'begun', null);
            }
            throw $problem;
        }
        $this->view = $answer['service'];
        $this->mirror($answer['service']);
        if ($once === '') {
            Host::note($this->id, 'begun', null);
        }
        return $answer;
    }

    /** The mark of what was begun last; another action, or an hour later, is another wish. */
    private function begin(string $action): string
    {
        $begun = Host::noted($this->id, 'begun');
        if (($begun['action'] ?? '') !== $action || $begun['at'] < time() - self::ATTEMPT_SECONDS) {
            $begun = ['action' => $action, 'mark' => bin2hex(random_bytes(8)), 'at' => time()];
            Host::note($this->id, 'begun', $begun);
        }
        return $begun['mark'];
    }

    /** Has the CA asked, which changes nothing. */
    public function report(string $action): ?array
    {
        return $this->gateway->ask($this->path() . "/actions/$action", [])['data'];
    }

    /**
     * Tells of each paid period that was not told of. WHMCS counts its periods from the order; the gateway's next one begins
     * where what is paid for ends, which is later after a late payment, as its fact `invoice_due` says. That day is kept
     * before it is told, so that the same payment told again is the same period.
     */
    public function tellOfPayments(): void
    {
        $told = Host::noted($this->id, 'paid') ?? [];
        $paid = Settings::isRecurring(Host::service($this->id)) ? Host::paidPeriods($this->id) : [];
        foreach (array_diff_key($paid, array_flip($told)) as $start => $paidOn) {
            $next = Host::kept("{$this->id}:period-$start");
            if ($next === null) {
                $through = $this->gateway->get($this->path())['account']['paid_through'];
                $begins = $through === null ? $start : date('Y-m-d', (int) strtotime("$through +1 day"));
                $next = Host::keepFirst("{$this->id}:period-$start", $begins);
            }
            $answer = $this->act('receive_payment', ['paid_on' => $paidOn, 'period_start' => $next], "period-$start");
            if ((string) $answer['service']['account']['paid_through'] < $next) {
                throw new Problem("The payment for the period from $start was not counted.");
            }
            $told[] = $start;
            Host::note($this->id, 'paid', $told);
        }
    }

    /** Tells of a request for cancellation, and of one that was taken back. */
    public function tellOfCancellation(): void
    {
        $asked = Host::cancellation($this->id);
        if (Host::noted($this->id, 'cancelling') === ($asked === null ? null : 'told')) {
            return;
        }
        // Noted first: what is told may have to be taken back, even if this dies in between.
        Host::note($this->id, 'cancelling', 'begun');
        $offered = array_column($this->view()['actions'], 'action');
        if ($asked !== null && in_array('request_cancellation', $offered, true)) {
            $atEnd = $asked['type'] !== 'Immediate';
            $this->act('request_cancellation', ['at_end_of_period' => $atEnd, 'reason' => (string) $asked['reason']]);
        } elseif ($asked === null && in_array('withdraw_cancellation', $offered, true)) {
            $this->act('withdraw_cancellation');
        }
        Host::note($this->id, 'cancelling', $asked === null ? null : 'told');
    }

    /** Writes what WHMCS shows of it, as it is now. */
    public function refresh(): void
    {
        $this->mirror($this->view());
    }

    /** Writes what WHMCS shows of it. */
    private function mirror(array $view): void
    {
        $inForce = array_filter($view['certificates'], static fn (array $one): bool => $one['is_in_force']);
        $status = match (true) {
            $view['certificates'] !== [] && ($inForce !== [] || $view['state'] === 'active') => 'Completed',
            $view['state'] === 'awaiting_configuration' => 'Awaiting Configuration',
            $view['state'] === 'rejected' => 'Cancelled',
            default => 'Configuration Submitted',
        };
        $order = Host::order($this->id);
        $values = ['status' => $status];
        if ($status === 'Completed' && str_starts_with((string) ($order['completiondate'] ?? '0000'), '0000')) {
            $values['completiondate'] = substr(strtr($view['certificates'][0]['received_at'], 'T', ' '), 0, 19);
        }
        Host::changeOrder($this->id, $values);
        if (($view['common_name'] ?? null) !== null) {
            Host::changeService($this->id, ['domain' => $view['common_name']]);
        }
    }

    private function key(string $action, array $body, string $once): string
    {
        $text = json_encode([Host::installation(), $this->id, $this->isReseller, $action, $body, $once], JSON_THROW_ON_ERROR);
        return hash('sha256', $text);
    }

    private function path(?string $serial = null): string
    {
        $order = Host::order($this->id) ?? throw new Problem('The service has not been created yet.');
        $path = '/v1/services/' . rawurlencode($order['remoteid']);
        return $serial === null ? $path : "$path/certificates/" . rawurlencode($serial);
    }
}
