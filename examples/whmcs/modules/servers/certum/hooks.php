<?php

/** What WHMCS tells of: its daily cron, paid invoices, and cancellations that clients ask for. */

declare(strict_types=1);

use Certum\{Gateway, Host, Service, Sync};

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

require_once __DIR__ . '/certum.php';

add_hook('DailyCronJob', 1, static function (): void {
    Sync::daily();
});

add_hook('InvoicePaid', 1, static function (array $vars): void {
    foreach (Host::invoiced((int) $vars['invoiceid']) as $id) {
        // One that is created only now tells of its payments itself.
        if (Host::order($id) !== null) {
            $tell = static fn () => Service::of(Sync::params($id), patience: Gateway::BRIEF)->tellOfPayments();
            Sync::guarded("service $id", $tell);
        }
    }
});

add_hook('CancellationRequest', 1, static function (array $vars): void {
    $id = (int) $vars['relid'];
    if (Host::order($id) !== null) {
        $tell = static fn () => Service::of(Sync::params($id), patience: Gateway::BRIEF)->tellOfCancellation();
        Sync::guarded("service $id", $tell);
    }
});
