<?php

declare(strict_types=1);

namespace Certum;

/** The configuration form, from what browsers and WHMCS's own steps send. */
final class Form
{
    private const CONTACT = ['first_name', 'last_name', 'email', 'phone'];
    private const ADDRESS = ['street', 'second_line', 'city', 'state', 'postal_code', 'country', 'phone'];
    private const SUBJECT = [
        'common_name', 'email', 'given_name', 'surname', 'organization', 'organizational_unit', 'locality', 'state',
        'country', 'tax_number',
    ];
    private const REGISTRATION = [
        'serial_number', 'business_category', 'street_address', 'postal_code', 'locality', 'state', 'country',
    ];
    /** Where a field's text has another name than the field, and what the parts of a form are called. */
    private const TEXTS = [
        'state' => 'state_province', 'street' => 'address_one', 'second_line' => 'address_two', 'serial_number' => 'serial',
        'name' => 'domain', 'server' => 'server_type',
    ];
    private const PARTS = [
        'contact' => 'contact_details', 'administrative' => 'administrative', 'subject' => 'certificate_details', 'names' => 'names',
    ];
    /** WHMCS's numbers of servers; all others are another server. */
    private const SERVERS = ['1001' => 'apache', '1002' => 'apache', '1013' => 'iis', '1014' => 'iis', '1020' => 'control_panel'];

    /** The first step. What a browser adds of its own is left out. */
    public static function first(array $posted, array $draft): array
    {
        $text = static fn (string $name): string => self::text($posted[$name] ?? '');
        $administrative = self::part($posted, 'administrative');
        $subject = self::part($posted, 'subject');
        $keeps = ($posted['key'] ?? '') === 'generate';
        return [
            'server' => $text('server') ?: 'other',
            'key' => $keeps ? ['choice' => 'generate', 'algorithm' => 'rsa-2048', 'keep' => true] : ['choice' => 'request'],
            'csr' => $keeps ? '' : $text('csr'),
            'hash_algorithm' => $text('hash_algorithm') ?: null,
            'subject' => self::fields($subject, self::SUBJECT) + [
                'registration' => self::fields(self::part($subject, 'registration'), self::REGISTRATION),
            ],
            'contact' => self::fields(self::part($posted, 'contact'), self::CONTACT),
            'administrative' => [
                'contact' => self::fields(self::part($administrative, 'contact'), self::CONTACT),
                'organization' => self::text($administrative['organization'] ?? ''),
                'job_title' => self::text($administrative['job_title'] ?? ''),
                'address' => self::fields(self::part($administrative, 'address'), self::ADDRESS),
            ],
            'technical' => ['same_as_administrative' => true],
            'revocation_contact' => $text('revocation_contact'),
        ] + $draft;
    }

    /** The second step: names and how they are verified. */
    public static function second(array $posted, array $draft): array
    {
        return [
            'names' => self::names($posted['names'] ?? []),
            'method' => self::text($posted['method'] ?? '') ?: ($draft['method'] ?? null),
            'send_messages' => isset($posted['send_messages']) ? true : null,
        ] + $draft;
    }

    /** What the client area's form starts with. */
    public static function start(array $draft, array $client): array
    {
        $known = [
            'first_name' => $client['firstname'] ?? '', 'last_name' => $client['lastname'] ?? '',
            'email' => $client['email'] ?? '', 'phone' => $client['phonenumberformatted'] ?? $client['phonenumber'] ?? '',
        ];
        $address = [
            'street' => $client['address1'] ?? '', 'second_line' => $client['address2'] ?? '', 'city' => $client['city'] ?? '',
            'state' => $client['state'] ?? '', 'postal_code' => $client['postcode'] ?? '', 'country' => $client['country'] ?? '',
            'phone' => '',
        ];
        if ($draft['contact']['email'] === '') {
            $draft['contact'] = $known;
            $draft['administrative'] = [
                'contact' => $known, 'organization' => $client['companyname'] ?? '', 'job_title' => '', 'address' => $address,
            ];
        }
        return $draft;
    }

    /** What WHMCS's own first step has, as the client area's form posts it. */
    public static function ofSteps(array $params): array
    {
        $text = static fn (string $name): string => self::text($params[$name] ?? '');
        $own = self::part($params, 'fields');
        $contact = [
            'first_name' => $text('firstname'), 'last_name' => $text('lastname'), 'email' => $text('email'),
            'phone' => $text('phonenumber'),
        ];
        return [
            'server' => self::SERVERS[$text('servertype')] ?? 'other',
            'csr' => $text('csr'),
            'subject' => $own['subject'] ?? array_intersect_key($own, array_flip(self::SUBJECT)),
            'contact' => $contact,
            'administrative' => [
                'contact' => $contact, 'organization' => $text('orgname'), 'job_title' => $text('jobtitle'),
                'address' => [
                    'street' => $text('address1'), 'second_line' => $text('address2'), 'city' => $text('city'),
                    'state' => $text('state'), 'postal_code' => $text('postcode'), 'country' => $text('country'),
                ],
            ],
        ];
    }

    /** Names by line, or as rows with a tick for "www". */
    public static function names(mixed $posted): array
    {
        $rows = is_array($posted) ? $posted : (preg_split('/[\s,;]+/', (string) $posted) ?: []);
        $names = [];
        foreach ($rows as $row) {
            $name = self::text(is_array($row) ? ($row['name'] ?? '') : $row);
            if ($name !== '') {
                $names[] = ['name' => $name, 'www' => is_array($row) && isset($row['www']) && $row['www'] !== ''];
            }
        }
        return $names;
    }

    /** Findings whose fields are called as the form calls them: `contact.email` is "Contact Details: Email Address". */
    public static function labelled(array $findings, array $texts): array
    {
        return array_map(static function (array $finding) use ($texts): array {
            $path = explode('.', (string) preg_replace('/\[\d+\]/', '', $finding['field']));
            $last = $path[count($path) - 1];
            $label = $texts[self::TEXTS[$last] ?? $last] ?? $finding['field'];
            $part = count($path) > 1 ? $texts[self::PARTS[$path[0]] ?? ''] ?? '' : '';
            return ['field' => $part === '' ? $label : "$part: $label"] + $finding;
        }, $findings);
    }

    public static function text(mixed $value): string
    {
        return is_scalar($value) ? trim((string) $value) : '';
    }

    public static function part(array $posted, string $name): array
    {
        return is_array($posted[$name] ?? null) ? $posted[$name] : [];
    }

    private static function fields(array $posted, array $names): array
    {
        return array_combine($names, array_map(static fn (string $name): string => self::text($posted[$name] ?? ''), $names));
    }
}
