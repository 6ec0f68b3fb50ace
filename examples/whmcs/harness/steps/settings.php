<?php

/** Installation: the module's description, settings and connection. */

declare(strict_types=1);

use Harness\{Play, World};

return static function (Play $play, World $world): void {
    $id = $world->sell([1 => '601']);
    $params = $world->params($id);

    $play->step('settings: every field of the settings page', static function (): void {
        $names = array_column(certum_ConfigOptions(), 'FriendlyName');
        $manual = [
            'Product', 'Approve Method', 'Additional Domains', 'Domains Limit', 'Allow To Add More Domains', 'Validation Type',
            'WildCard', 'Mode', 'Default Language', 'Display Product Name Instead Of Certificate Name',
            'Set Product Due Date As Certificate Date', 'Disable renew in Client Area',
        ];
        Play::same($manual, $names, 'fields');
        Play::same('CERTUM_Certificates', certum_MetaData()['DisplayName'], 'name');
    });
    $play->step('settings: the products that the CA has', static function () use ($params): void {
        $products = (certum_ConfigOptions()['product']['Loader'])($params);
        Play::same('601 Commercial SSL', $products['601'], '601');
        Play::same('841 Standard Code Signing', $products['841'], '841');
    });
    $play->step('settings: connection check, also with a wrong token and without a gateway', static function () use ($params): void {
        Play::same(['success' => true, 'error' => ''], certum_TestConnection($params), 'connection');
        $wrong = certum_TestConnection(['serverpassword' => 'gw_wrong'] + $params);
        Play::same([false, true], [$wrong['success'], $wrong['error'] !== ''], 'wrong token');
        Play::same(false, str_contains($wrong['error'], 'gw_wrong'), 'the token stands in the error');
        Play::same(false, certum_TestConnection(['serverport' => '1'] + $params)['success'], 'no gateway');
        $plain = certum_TestConnection(['serverhostname' => 'gateway.example.com'] + $params);
        Play::same('The gateway must be reached by https.', $plain['error'], 'without TLS');
    });
    $play->step('settings: an offer that contradicts its product is refused with what is wrong', static function () use ($world): void {
        $wrong = $world->sell([1 => '601', 7 => 'on']);
        Play::has('wildcard', strtolower(certum_CreateAccount($world->params($wrong))), 'refusal');
        $none = $world->sell([1 => '999']);
        Play::same('The CA has no product 999.', certum_CreateAccount($world->params($none)), 'unknown product');
        $cycle = $world->sell([1 => '601'], 'Fortnightly');
        Play::has('billing cycle', certum_CreateAccount($world->params($cycle)), 'unknown cycle');
    });
    $play->step('settings: English and Polish have the same texts', static function (): void {
        $texts = static fn (string $language): array => array_keys(Certum\Pages::texts($language));
        Play::same($texts('en'), $texts('pl'), 'texts');
    });
};
