<?php

declare(strict_types=1);

namespace Certum;

/** WHMCS's own steps of configuration (configuressl.php), on the same forms as the client area's pages. */
final class Steps
{
    public function __construct(private readonly Service $service, private readonly array $params)
    {
    }

    /** The fields that WHMCS's first step lacks. */
    public function one(): array
    {
        $texts = Pages::texts(Settings::language($this->params));
        $view = $this->service->view();
        if (!in_array('configure', array_column($view['actions'], 'action'), true)) {
            return ['error' => $view['state_text']];
        }
        $field = static fn (string $name): array => ['FriendlyName' => $texts[$name === 'state' ? 'state_province' : $name], 'Type' => 'text', 'Size' => '40'];
        $named = ['common_name', 'organization', 'organizational_unit', 'locality', 'state', 'country', 'tax_number'];
        $kind = $view['product']['kind'];
        $fields = [];
        foreach ($kind === 'tls' ? ($view['product']['level'] === 'domain' ? [] : array_slice($named, 1)) : $named as $name) {
            $fields[$name] = $field($name);
        }
        if ($kind === 'tls') {
            $fields['names'] = ['FriendlyName' => $texts['names'], 'Type' => 'textarea', 'Rows' => '5'];
            $fields['method'] = [
                'FriendlyName' => $texts['method'], 'Type' => 'dropdown', 'Options' => implode(',', Settings::METHODS),
            ];
        } else {
            $fields['email'] = $field('certified_email');
        }
        return ['additionalfields' => [$texts['certificate_details'] => $fields]];
    }

    public function two(): array
    {
        $form = $this->form();
        $this->service->saveDraft($form);
        $findings = [...$this->service->check($form, 'certificate'), ...$this->service->check($form, 'names')];
        if ($findings !== []) {
            $texts = Pages::texts(Settings::language($this->params));
            return ['error' => (new Problem('', 422, 'findings', Form::labelled($findings, $texts)))->line()];
        }
        $decoded = $this->service->decode($form['csr']);
        $names = implode(', ', array_column($form['names'], 'name'));
        $mailboxes = array_values(array_filter(Settings::METHODS, self::isMailbox(...)));
        return [
            'displaydata' => ['Subject' => (string) $decoded['subject'], 'Names' => $names],
            // WHMCS wants one of these chosen where there are any, so that other methods than mailboxes have none.
            'approveremails' => $names !== '' && self::isMailbox($form['method']) ? $mailboxes : [],
        ];
    }

    public function three(): array
    {
        $form = $this->service->draft();
        $approver = Form::text($this->params['approveremail'] ?? '');
        if (self::isMailbox($form['method']) && in_array($approver, Settings::METHODS, true)) {
            $form['method'] = $approver;
        }
        $this->service->act('configure', $form);
        return [];
    }

    private function form(): array
    {
        $draft = $this->service->draft();
        $form = Form::first(Form::ofSteps($this->params), $draft);
        return Form::second(Form::part($this->params, 'fields'), $form);
    }

    private static function isMailbox(?string $method): bool
    {
        return str_starts_with((string) $method, 'email:');
    }
}
