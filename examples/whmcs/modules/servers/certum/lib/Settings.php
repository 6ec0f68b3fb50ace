<?php

declare(strict_types=1);

namespace Certum;

/** The settings of a product, and what they make of a service. */
final class Settings
{
    public const PRODUCT = 1;
    public const METHOD = 2;
    public const ADDITIONAL = 3;
    public const LIMIT = 4;
    public const MORE = 5;
    public const VALIDATION = 6;
    public const WILDCARD = 7;
    public const MODE = 8;
    public const LANGUAGE = 9;
    public const SHOW_TITLE = 10;
    public const FOLLOW = 11;
    public const HIDE_RENEW = 12;

    public const METHODS = [
        'dns-txt', 'dns-txt-prefix', 'dns-cname', 'dns-cname-prefix', 'file',
        'email:admin', 'email:administrator', 'email:hostmaster', 'email:postmaster', 'email:webmaster',
    ];

    private const CYCLES = [
        'monthly' => 'monthly', 'quarterly' => 'quarterly', 'semi-annually' => 'semi_annually',
        'annually' => 'annually', 'biennially' => 'biennially', 'triennially' => 'triennially',
    ];
    private const SETUPS = ['order' => 'at_order', 'payment' => 'at_first_payment', 'on' => 'when_accepted', '' => 'never'];

    /** The fields of the Module Settings tab. */
    public static function fields(callable $loadProducts): array
    {
        $tick = static fn (string $name, string $text): array => ['FriendlyName' => $name, 'Type' => 'yesno', 'Description' => $text];
        $methods = array_combine(self::METHODS, self::METHODS);
        return [
            'product' => ['FriendlyName' => 'Product', 'Type' => 'text', 'Size' => '8', 'Loader' => $loadProducts, 'SimpleMode' => true],
            'method' => ['FriendlyName' => 'Approve Method', 'Type' => 'dropdown', 'Options' => $methods, 'SimpleMode' => true],
            'additional_domains' => $tick('Additional Domains', 'A client may name up to 10 domains'),
            'domains_limit' => ['FriendlyName' => 'Domains Limit', 'Type' => 'text', 'Size' => '5'],
            'allow_more_domains' => $tick('Allow To Add More Domains', 'Up to the limit, also with a reissue'),
            'validation' => ['FriendlyName' => 'Validation Type', 'Type' => 'dropdown', 'Options' => [
                '' => 'As the product', 'domain' => 'Domain', 'organization' => 'Organization',
                'extended' => 'Extended', 'mailbox' => 'Mailbox', 'individual' => 'Individual',
            ]],
            'wildcard' => $tick('WildCard', 'The product is a wildcard'),
            'mode' => [
                'FriendlyName' => 'Mode', 'Type' => 'dropdown',
                'Options' => ['test' => 'Test mode', 'production' => 'Production'], 'Default' => 'test',
            ],
            'language' => [
                'FriendlyName' => 'Default Language', 'Type' => 'dropdown', 'Options' => ['pl' => 'pl', 'en' => 'en'],
                'Default' => 'pl',
            ],
            'show_title' => $tick('Display Product Name Instead Of Certificate Name', ''),
            'due_date' => $tick('Set Product Due Date As Certificate Date', 'Once per certificate, and only forward'),
            'hide_renew' => $tick('Disable renew in Client Area', ''),
        ];
    }

    /** The language of texts for a client. */
    public static function language(array $params): string
    {
        $own = strtolower((string) ($params['clientsdetails']['language'] ?? ''));
        return match (true) {
            str_starts_with($own, 'polish') => 'pl',
            $own !== '' => 'en',
            default => self::option($params, self::LANGUAGE) === 'en' ? 'en' : 'pl',
        };
    }

    /** What the gateway is told that was sold. */
    public static function offer(array $params, array $service, string $kind): array
    {
        $product = $service['product'];
        $limit = self::option($params, self::LIMIT);
        $cycle = strtolower((string) $service['billingcycle']);
        $isFree = in_array($cycle, ['free account', 'free'], true);
        $isOnce = in_array($cycle, ['one time', 'onetime'], true);
        if (!$isFree && !$isOnce && !isset(self::CYCLES[$cycle])) {
            throw new Problem("There is no term for the billing cycle \"$cycle\".");
        }
        // Methods and names are those of server certificates: other kinds have none to choose.
        $names = $kind !== 'tls' ? [] : [
            'default_method' => self::option($params, self::METHOD) ?: self::METHODS[1],
            'additional_domains' => self::ticked($params, self::ADDITIONAL),
            'domains_limit' => $limit === '' ? null : (int) $limit,
            'allow_more_domains' => self::ticked($params, self::MORE),
            'wildcard' => self::ticked($params, self::WILDCARD),
        ];
        $setup = self::SETUPS[(string) $product['autosetup']] ?? 'never';
        $price = $isOnce ? ($service['firstpaymentamount'] ?? $service['amount']) : $service['amount'];
        return $names + [
            'product' => self::option($params, self::PRODUCT),
            'validation' => self::option($params, self::VALIDATION) ?: null,
            'mode' => self::option($params, self::MODE) ?: 'test',
            'language' => self::option($params, self::LANGUAGE) ?: 'pl',
            'title' => (string) $product['name'],
            'show_title' => self::ticked($params, self::SHOW_TITLE),
            'due_date_follows_certificate' => self::ticked($params, self::FOLLOW),
            'hide_renew' => self::ticked($params, self::HIDE_RENEW),
            // WHMCS takes what costs nothing for paid at once.
            'setup' => $isFree && $setup === 'at_first_payment' ? 'at_order' : $setup,
        ] + ($isFree ? ['billing' => 'free'] : [
            'billing' => $isOnce ? 'one_time' : 'recurring',
            'price' => (string) $price,
            'currency' => $service['currency'],
            'cycle' => $isOnce ? null : self::CYCLES[$cycle],
        ]);
    }

    /** Whether each period is paid for. */
    public static function isRecurring(array $service): bool
    {
        return isset(self::CYCLES[strtolower((string) $service['billingcycle'])]);
    }

    public static function option(array $params, int $number): string
    {
        return trim((string) ($params["configoption$number"] ?? ''));
    }

    public static function ticked(array $params, int $number): bool
    {
        return self::option($params, $number) === 'on';
    }
}
