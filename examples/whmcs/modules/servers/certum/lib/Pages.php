<?php

declare(strict_types=1);

namespace Certum;

/** The client area's pages. A page that is posted does something; one that is got shows its form. */
final class Pages
{
    /** What the gateway's menu offers, and the page that does it. */
    private const MENU = [
        'configure' => 'configure', 'store_request' => 'storecsr', 'send_certificate' => 'send',
        'change_method' => 'verification', 'resend_verification' => 'verification', 'reissue' => 'reissue',
        'revoke' => 'revoke', 'name_states' => 'domainstate', 'email_state' => 'domainstate',
        'order_report' => 'orderstate', 'renew' => 'renewcertificate', 'take_key' => 'takekey', 'request_check' => 'check',
    ];
    public const REASONS = ['keycompromise', 'cessationofoperation', 'superseded', 'affiliationchanged', 'unspecified'];
    public const SERVERS = ['apache', 'nginx', 'ha_proxy', 'caddy', 'iis', 'tomcat', 'control_panel', 'other'];
    private const SINGLE_FIELDS = 1;
    private const MULTI_FIELDS = 10;

    /** States of what was handed in. */
    private const ORDERED = ['ordering', 'validating', 'issuing', 'active'];

    private readonly array $texts;
    private readonly array $form;
    /** The mark of a form whose wish may be under way: sent again it is the same wish. */
    private string $kept = '';

    public function __construct(
        private readonly Service $service,
        private readonly array $params,
        private readonly array $query = [],
        private readonly array $posted = [],
        private readonly bool $isPost = false,
    ) {
        $this->texts = self::texts(Settings::language($params));
        $this->form = Form::part($posted, 'form');
    }

    public static function texts(string $language): array
    {
        return require __DIR__ . '/../lang/' . ($language === 'pl' ? 'polish' : 'english') . '.php';
    }

    /** The buttons that the service's state allows. @return array<string, string> */
    public function menu(): array
    {
        $view = $this->service->view();
        $menu = [];
        foreach ($view['actions'] as $action) {
            $page = self::MENU[$action['action']] ?? null;
            if ($page !== null) {
                $menu[$this->texts["menu_$page"]] = $page;
            }
        }
        $shown = $view['certificates'] === [] ? [] : [$this->texts['menu_certificate'] => 'certificate'];
        $contact = $view['contact'] === null ? [] : [$this->texts['menu_contact'] => 'contact'];
        return $shown + $contact + $menu;
    }

    public static function allowed(): array
    {
        return [...array_values(array_unique(self::MENU)), 'names', 'certificate', 'contact', 'download'];
    }

    public function overview(): array
    {
        return $this->page('clientarea', ['view' => self::shown($this->service->view())]);
    }

    public function configure(): array
    {
        $draft = $this->service->draft();
        $findings = [];
        if ($this->isPost) {
            $draft = Form::first($this->form, $draft);
            if (isset($this->posted['decode'])) {
                return $this->first($draft, $this->decoded($draft['csr']));
            }
            $this->once();
            $this->service->saveDraft($draft);
            $isGenerated = $draft['key']['choice'] === 'generate';
            $findings = array_values(array_filter(
                $this->service->check($draft, 'certificate'),
                static fn (array $finding): bool => !$isGenerated || $finding['field'] !== 'csr',
            ));
            if ($findings === []) {
                return $this->second($draft, []);
            }
        }
        return $this->first(Form::start($draft, $this->params['clientsdetails'] ?? []), ['findings' => $findings]);
    }

    public function names(): array
    {
        $view = $this->service->view();
        if (!in_array('configure', array_column($view['actions'], 'action'), true)) {
            $why = $view['running'] === 'running' ? $view['state_text'] : $this->texts[$view['running']];
            return in_array($view['state'], self::ORDERED, true)
                ? $this->done('configured')
                : throw new Problem(sprintf($this->texts['not_now'], $why));
        }
        $draft = $this->service->draft();
        if (!$this->isPost) {
            return $this->second($draft, []);
        }
        $draft = Form::second($this->form, $draft);
        try {
            if ($draft['key']['choice'] === 'generate' && $draft['csr'] === '') {
                $draft['csr'] = $this->service->makeRequest($draft, $this->once());
            }
            $this->service->saveDraft($draft);
            $this->act('configure', $draft);
        } catch (Problem $problem) {
            return $this->second($draft, $this->findings($problem));
        }
        return $this->done('configured');
    }

    public function certificate(): array
    {
        $server = $this->server();
        $certificates = $this->service->certificates();
        // The files of one at a time: after some years there are many.
        $open = Form::text($this->query['serial'] ?? '') ?: ($certificates[0]['serial_number'] ?? '');
        foreach ($certificates as $number => $certificate) {
            $files = $certificate['serial_number'] === $open ? $this->service->files($open, $server) : [];
            $certificates[$number] = ['files' => $files] + self::dated($certificate);
        }
        $servers = $this->choices('server', self::SERVERS);
        return $this->page('certificate', ['certificates' => $certificates, 'open' => $open, 'server' => $server, 'servers' => $servers]);
    }

    /** A file, for the browser to save. The name and serial number are public. */
    public function download(): array
    {
        $name = Form::text($this->query['file'] ?? '');
        $serial = Form::text($this->query['serial'] ?? '');
        $served = array_column($this->service->files($serial, $this->server()), null, 'name');
        $file = $served[$name] ?? throw new Problem($this->texts['no_file']);
        return ['name' => $name, 'type' => $file['media_type'], 'content' => $this->service->file($serial, $name, $this->server())];
    }

    public function contact(): array
    {
        $view = $this->service->view();
        return $this->page('contact', ['contact' => $view['contact'] ?? [], 'administrative' => $view['administrative'] ?? []]);
    }

    public function storecsr(): array
    {
        return $this->form('storecsr', 'stored', fn (): array => $this->act('store_request', ['csr' => $this->field('csr')]));
    }

    public function send(): array
    {
        $sent = ['serial_number' => $this->field('serial_number') ?: null, 'email' => $this->field('email') ?: null];
        return $this->form('send', 'sent', fn (): array => $this->act('send_certificate', $sent));
    }

    public function verification(): array
    {
        return $this->form('verification', 'verification_changed', fn (): array => $this->field('method') === ''
            ? $this->act('resend_verification', [])
            : $this->act('change_method', $this->method()));
    }

    public function check(): array
    {
        return $this->form('check', 'checked', fn (): array => $this->act('request_check', []));
    }

    public function reissue(): array
    {
        return $this->form('reissue', 'reissued', fn (): array => $this->act('reissue', $this->method() + [
            'certificate' => ['serial_number' => $this->field('serial_number')],
            'csr' => $this->field('csr'),
            'added' => Form::names($this->form['added'] ?? []),
        ]));
    }

    public function renewcertificate(): array
    {
        return $this->form('renew', 'renewed', fn (): array => $this->act('renew', $this->method() + [
            'certificate' => ['serial_number' => $this->field('serial_number'), 'pem' => $this->field('pem')],
            'csr' => $this->field('csr'),
        ]));
    }

    public function revoke(): array
    {
        return $this->form('revoke', 'revoked', fn (): array => $this->act('revoke', [
            'serial_number' => $this->field('serial_number'), 'reason' => $this->field('reason'),
            'compromised_on' => $this->field('compromised_on'), 'note' => $this->field('note'),
        ]));
    }

    public function orderstate(): array
    {
        return $this->page('orderstate', ['report' => $this->service->report('order_report')]);
    }

    public function domainstate(): array
    {
        $view = $this->service->view();
        $offered = array_column($view['actions'], 'action');
        $names = in_array('name_states', $offered, true) ? $this->service->report('name_states') : [];
        $email = in_array('email_state', $offered, true) ? $this->service->report('email_state') : null;
        return $this->page('domainstate', ['states' => $names, 'email' => $email, 'instructions' => $view['instructions']]);
    }

    /** The kept key, once, and only as the answer of a post. */
    public function takekey(): array
    {
        return $this->form('takekey', '', function (): array {
            $taken = $this->act('take_key', ['serial_number' => $this->field('serial_number') ?: null]);
            return $this->page('takekey', ['private_key' => $taken['data']['private_key'], 'findings' => []]);
        });
    }

    /** A page with a form, which does something when it is posted. */
    private function form(string $template, string $done, callable $act): array
    {
        $view = $this->service->view();
        $findings = [];
        if ($this->isPost) {
            try {
                $page = $act();
                return $done === '' ? $page : $this->done($done);
            } catch (Problem $problem) {
                $findings = $this->findings($problem);
            }
        }
        $shown = self::shown($view);
        $mayAdd = $template === 'reissue' && Settings::ticked($this->params, Settings::MORE);
        return $this->page($template, [
            'view' => $shown, 'findings' => $findings, 'private_key' => '',
            'form' => array_map(Form::text(...), $this->form) + ['serial_number' => $shown['newest']['serial_number'] ?? ''],
            'methods' => $this->choices('method', Settings::METHODS), 'reasons' => $this->choices('reason', self::REASONS),
            'rows' => $mayAdd ? self::rows(Form::names($this->form['added'] ?? []), $this->places()) : [],
        ]);
    }

    /** What a page says of a problem. */
    private function findings(Problem $problem): array
    {
        $this->kept = $problem->isFinal() ? '' : Form::text($this->posted['once'] ?? '');
        return $problem->findings ?: [['field' => '', 'text' => $problem->getMessage()]];
    }

    private function first(array $draft, array $more): array
    {
        $view = $this->service->view();
        return $this->page('configure', $more + [
            'form' => $draft, 'servers' => $this->choices('server', self::SERVERS), 'findings' => [], 'decoded' => null,
            'kind' => $view['product']['kind'], 'level' => $view['product']['level'], 'view' => self::shown($view),
        ]);
    }

    private function second(array $draft, array $findings): array
    {
        $view = $this->service->view();
        $hasNames = $view['product']['kind'] === 'tls';
        $rows = $draft['names'] ?: ($hasNames ? $this->namesOf($draft['csr']) : []);
        return $this->page('names', [
            'view' => self::shown($view), 'form' => $draft, 'findings' => $findings,
            'rows' => self::rows($rows, $hasNames ? $this->places() : 0), 'methods' => $this->choices('method', Settings::METHODS),
            'chosen' => $draft['method'] ?? Settings::option($this->params, Settings::METHOD), 'kind' => $view['product']['kind'],
        ]);
    }

    /** How many names may be filled in. */
    private function places(): int
    {
        return match (true) {
            Settings::ticked($this->params, Settings::MORE) => max(self::MULTI_FIELDS, (int) Settings::option($this->params, Settings::LIMIT)),
            Settings::ticked($this->params, Settings::ADDITIONAL) => self::MULTI_FIELDS,
            default => self::SINGLE_FIELDS,
        };
    }

    /** Fields for names, with empty ones. */
    private static function rows(array $names, int $count): array
    {
        $rows = array_pad($names, $count, ['name' => '', 'www' => false]);
        $numbered = static fn (int $number, array $row): array => $row + ['number' => $number, 'label' => $number + 1];
        return array_map($numbered, array_keys($rows), $rows);
    }

    /** The names that a request asks for. */
    private function namesOf(string $request): array
    {
        $decoded = $request === '' ? [] : $this->decoded($request)['decoded'];
        return array_map(static fn (string $name): array => ['name' => $name, 'www' => false], $decoded['dns_names'] ?? []);
    }

    private function decoded(string $request): array
    {
        try {
            return ['decoded' => $this->service->decode($request)];
        } catch (Problem $problem) {
            return ['decoded' => null, 'findings' => $problem->findings ?: [['field' => 'csr', 'text' => $problem->getMessage()]]];
        }
    }

    /** Codes with their texts. */
    private function choices(string $what, array $codes): array
    {
        return array_map(fn (string $code): array => ['code' => $code, 'text' => $this->texts["{$what}_$code"]], $codes);
    }

    private function act(string $action, array $form): array
    {
        return $this->service->act($action, $form, $this->once());
    }

    /** The mark of the form that was posted: sent twice it is one wish. */
    private function once(): string
    {
        $once = Form::text($this->posted['once'] ?? '');
        return preg_match('/^[0-9a-f]{32}$/', $once) === 1 ? $once : throw new Problem($this->texts['stale_form'], 400, 'stale_form');
    }

    private function field(string $name): string
    {
        return Form::text($this->form[$name] ?? '');
    }

    /** How names are to be proved. Without its tick, the CA sends messages as before, or as another method needs. */
    private function method(): array
    {
        return ['method' => $this->field('method') ?: null, 'send_messages' => $this->field('send_messages') === '' ? null : true];
    }

    private function server(): string
    {
        $server = Form::text($this->query['server'] ?? '');
        return in_array($server, self::SERVERS, true) ? $server : 'other';
    }

    private function done(string $text): array
    {
        return $this->page('done', ['message' => $this->texts["done_$text"]]);
    }

    private function page(string $template, array $vars): array
    {
        $vars['findings'] = Form::labelled($vars['findings'] ?? [], $this->texts);
        return [
            'templatefile' => "templates/$template",
            'breadcrumb' => ["clientarea.php?action=productdetails&id={$this->service->id}" => $this->texts['title']],
            'vars' => $vars + [
                'L' => $this->texts, 'id' => $this->service->id, 'once' => $this->kept ?: bin2hex(random_bytes(16)),
                'csrf' => Host::token(),
            ],
        ];
    }

    /** A view with what templates can't work out. */
    private static function shown(array $view): array
    {
        $view['newest'] = isset($view['certificates'][0]) ? self::dated($view['certificates'][0]) : null;
        $view['offered'] = array_fill_keys(array_column($view['actions'], 'action'), '1');
        $view['created_at'] = substr($view['created_at'], 0, 10);
        return $view;
    }

    /** With the days of its validity, in UTC. */
    public static function dated(array $certificate): array
    {
        $day = static fn (string $moment): string => substr($moment, 0, 10);
        return array_map($day, array_intersect_key($certificate, ['not_before' => 1, 'not_after' => 1])) + $certificate;
    }
}
