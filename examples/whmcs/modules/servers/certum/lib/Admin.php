<?php

declare(strict_types=1);

namespace Certum;

/** The admin area: buttons, and fields that the buttons use once they are saved. */
final class Admin
{
    /** The gateway's actions and their buttons. */
    private const BUTTONS = [
        'resend_configuration' => 'adminresend', 'request_check' => 'admincheck', 'change_method' => 'adminverification',
        'resend_verification' => 'adminverification', 'send_certificate' => 'adminsend', 'reissue' => 'adminreissue',
        'renew' => 'adminrenew', 'revoke' => 'adminrevoke', 'cancel_order' => 'admincancel',
    ];
    private const FIELDS = ['serial', 'reissue_csr', 'added', 'method', 'reason', 'compromised_on', 'note', 'recipient'];

    private readonly array $texts;

    public function __construct(private readonly Service $service, string $language)
    {
        $this->texts = Pages::texts($language);
    }

    /** @return array<string, string> */
    public function buttons(): array
    {
        $buttons = [];
        foreach (array_column($this->service->view()['actions'], 'action') as $action) {
            $button = self::BUTTONS[$action] ?? null;
            if ($button !== null) {
                $buttons[$this->texts["menu_$button"]] = $button;
            }
        }
        return $buttons + [$this->texts['menu_adminsync'] => 'adminsync'];
    }

    /** The rows of the service's tab. All of it is escaped here, since WHMCS prints it as it is. */
    public function rows(bool $asksState): array
    {
        $view = $this->service->view();
        $contact = array_filter(array_filter($view['contact'] ?? [], is_string(...)));
        $rows = [
            'admin_refused' => Host::noted($this->service->id, 'refused'),
            'admin_order' => $view['order_id'] ?? '–',
            'admin_status' => Host::order($this->service->id)['status'] ?? '–',
            'contact' => implode(', ', $contact),
        ];
        $shown = [$this->texts['admin_state'] => self::text($view['state_text']) . ' ' . $this->stateLink($asksState)];
        foreach (array_filter($rows) as $label => $text) {
            $shown[$this->texts[$label]] = self::text($text);
        }
        foreach ($view['certificates'] as $certificate) {
            ['not_before' => $begin, 'not_after' => $end, 'standing_text' => $standing] = Pages::dated($certificate);
            $chain = implode("\n", array_column($certificate['chain'], 'pem'));
            $shown["X.509 {$certificate['serial_number']}"] = self::text("$begin – $end, $standing")
                . self::details($certificate['pem']) . self::details($chain, $this->texts['chain']);
        }
        foreach ($view['verifications'] as $verification) {
            $shown["{$this->texts['domain']} {$verification['name']}"] = self::text($verification['text']);
        }
        return $shown + $this->inputs();
    }

    /** Keeps what was filled in. A request for the renewal goes to the gateway, which renews with it once that is paid. */
    public function save(array $posted): void
    {
        foreach ([...self::FIELDS, 'renew_csr'] as $field) {
            Host::note($this->service->id, $field, Form::text($posted[$field] ?? '') ?: null);
        }
        Host::note($this->service->id, 'refused', null);
        $request = $this->input('renew_csr');
        if ($request === '' || $request === Host::noted($this->service->id, 'stored')) {
            return;
        }
        try {
            $this->service->act('store_request', ['csr' => $request]);
            Host::note($this->service->id, 'stored', $request);
        } catch (Problem $problem) {
            Host::note($this->service->id, 'refused', $problem->line());
        }
    }

    public function resend(): void
    {
        // Makes the gateway's own link void; the letter leads to WHMCS's page, which asks for a login.
        $this->service->act('resend_configuration');
        Host::askToConfigure($this->service->id);
    }

    public function verify(): void
    {
        $method = $this->input('method');
        $this->use($method === '' ? 'resend_verification' : 'change_method', $method === '' ? [] : ['method' => $method]);
    }

    public function send(): void
    {
        $this->use('send_certificate', [
            'serial_number' => $this->input('serial') ?: null, 'email' => $this->input('recipient') ?: null,
        ]);
    }

    public function reissue(): void
    {
        $this->use('reissue', [
            'certificate' => ['serial_number' => $this->input('serial')], 'csr' => $this->input('reissue_csr'),
            'added' => Form::names($this->input('added')), 'method' => $this->input('method') ?: null,
        ]);
    }

    public function renew(): void
    {
        $this->use('renew', [
            'certificate' => ['serial_number' => $this->input('serial')], 'csr' => $this->input('renew_csr'),
            'method' => $this->input('method') ?: null,
        ]);
        Host::note($this->service->id, 'renew_csr', null);
    }

    public function revoke(): void
    {
        $this->use('revoke', [
            'serial_number' => $this->input('serial'), 'reason' => $this->input('reason'),
            'compromised_on' => $this->input('compromised_on'), 'note' => $this->input('note'),
        ]);
    }

    /** Does it with what was filled in, which is then gone: nothing of it slips into another act. */
    private function use(string $action, array $form): void
    {
        $this->service->act($action, $form);
        foreach (self::FIELDS as $field) {
            Host::note($this->service->id, $field, null);
        }
    }

    private function inputs(): array
    {
        $area = fn (string $name): string => "<textarea name=\"certum[$name]\" rows=\"4\" cols=\"70\">"
            . self::text($this->input($name)) . '</textarea>';
        $line = fn (string $name): string => "<input name=\"certum[$name]\" value=\"" . self::text($this->input($name)) . '">';
        $choice = function (string $name, array $values): string {
            $options = '<option value=""></option>';
            foreach ($values as $value) {
                $chosen = $this->input($name) === $value ? ' selected' : '';
                $options .= "<option value=\"$value\"$chosen>" . self::text($this->texts["{$name}_$value"]) . '</option>';
            }
            return "<select name=\"certum[$name]\">$options</select>";
        };
        return [
            $this->texts['admin_renew_csr'] => $area('renew_csr'),
            $this->texts['admin_reissue_csr'] => $area('reissue_csr'),
            $this->texts['added'] => $area('added'),
            $this->texts['serial'] => $line('serial'),
            $this->texts['method'] => $choice('method', Settings::METHODS),
            $this->texts['reason'] => $choice('reason', Pages::REASONS),
            $this->texts['compromised_on'] => $line('compromised_on'),
            $this->texts['note'] => $line('note'),
            $this->texts['recipient'] => $line('recipient'),
        ];
    }

    private function stateLink(bool $asks): string
    {
        if (!$asks) {
            return '<a href="clientsservices.php?id=' . $this->service->id . '&amp;certum=state">' . self::text($this->texts['menu_orderstate']) . '</a>';
        }
        try {
            $report = $this->service->report('order_report');
        } catch (Problem $problem) {
            return '<br>' . self::text($problem->line());
        }
        $checks = array_map(static fn (array $check): string => "{$check['kind_text']}: {$check['text']}", $report['checks']);
        return '<br>' . self::text($report['progress_text'] . '; ' . implode(', ', $checks));
    }

    private function input(string $name): string
    {
        return (string) Host::noted($this->service->id, $name);
    }

    private static function details(string $pem, string $label = 'PEM'): string
    {
        return '<details><summary>' . self::text($label) . '</summary><pre>' . self::text($pem) . '</pre></details>';
    }

    private static function text(string $text): string
    {
        return htmlspecialchars($text, ENT_QUOTES);
    }
}
