<?php

/** Certum certificates for WHMCS: the functions that WHMCS calls. What they do is in lib/. */

declare(strict_types=1);

use Certum\{Admin, Gateway, Host, Pages, Problem, Service, Settings, Steps};

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Certum\\')) {
        require_once __DIR__ . '/lib/' . substr($class, 7) . '.php';
    }
});

/** WHMCS shows a line of what went wrong; nothing is thrown at it. */
function certum_guarded(callable $do, callable $failed): mixed
{
    try {
        return $do();
    } catch (\Throwable $error) {
        return $failed(Problem::of($error)->line());
    }
}

/** Answers as WHMCS wants it: "success", or what went wrong. */
function certum_try(callable $do): string
{
    return certum_guarded(static function () use ($do): string {
        $do();
        return 'success';
    }, static fn (string $line): string => $line);
}

/** A page of the client area. Only posts that carry WHMCS's token do something. */
function certum_page(array $params, string $page): array
{
    $isPost = ($_SERVER['REQUEST_METHOD'] ?? 'GET') === 'POST';
    if ($isPost) {
        Host::checkToken();
    }
    $texts = Pages::texts(Settings::language($params));
    return certum_guarded(
        static fn (): array => (new Pages(Service::of($params), $params, $_GET, $_POST, $isPost))->$page(),
        static fn (string $line): array => [
            'templatefile' => 'templates/error', 'vars' => ['L' => $texts, 'message' => $line, 'id' => $params['serviceid']],
        ],
    );
}

function certum_admin(array $params): Admin
{
    return new Admin(Service::of($params, true), Settings::language($params));
}

function certum_MetaData(): array
{
    return [
        'DisplayName' => 'CERTUM_Certificates', 'APIVersion' => '1.1', 'RequiresServer' => true,
        'DefaultSSLPort' => '443', 'ListAccountsUniqueIdentifierField' => 'domain',
    ];
}

function certum_ConfigOptions(): array
{
    return Settings::fields('certum_products');
}

/** The products that the CA has, for the Product field. */
function certum_products(array $params): array
{
    $products = [];
    foreach (Service::gateway($params)->get('/v1/products')['products'] as $product) {
        $products[$product['code']] = "{$product['code']} {$product['name']}";
    }
    return $products;
}

function certum_TestConnection(array $params): array
{
    $error = certum_guarded(static function () use ($params): string {
        $connection = Service::gateway($params)->get('/v1/connection');
        $missing = array_diff(['read', 'write', 'keys', 'billing', 'letters', 'admin'], $connection['scopes']);
        return match (true) {
            $missing !== [] => 'The token lacks: ' . implode(', ', $missing),
            !$connection['authority'] => 'The gateway runs, but the CA does not answer it.',
            default => '',
        };
    }, static fn (string $line): string => $line);
    return ['success' => $error === '', 'error' => $error];
}

function certum_CreateAccount(array $params): string
{
    return certum_try(static function () use ($params): void {
        $service = Service::of($params);
        $service->create();
        if (Host::noted($service->id, 'asked') === null) {
            Host::askToConfigure($service->id);
            Host::note($service->id, 'asked', true);
        }
    });
}

/** Sets what WHMCS says of the service. The CA is not called: a certificate lives on, paid for or not. */
function certum_set(array $params, string $action, string $wanted): string
{
    return certum_try(static function () use ($params, $action, $wanted): void {
        if (Host::order((int) $params['serviceid']) === null) {
            return;
        }
        $service = Service::of($params, true);
        if ($service->view()['running'] !== $wanted) {
            $service->act($action);
        }
    });
}

function certum_SuspendAccount(array $params): string
{
    return certum_set($params, 'suspend', 'suspended');
}

function certum_UnsuspendAccount(array $params): string
{
    return certum_set($params, 'unsuspend', 'running');
}

function certum_TerminateAccount(array $params): string
{
    return certum_set($params, 'terminate', 'terminated');
}

/** Called once a renewal invoice is paid. The gateway renews with the stored request when it is time. */
function certum_Renew(array $params): string
{
    return certum_try(static fn () => Service::of($params, patience: Gateway::BRIEF)->tellOfPayments());
}

function certum_ChangePackage(array $params): string
{
    return certum_try(static function () use ($params): void {
        $service = Service::of($params, true);
        $sold = Host::service($service->id);
        $service->act('change_offer', Settings::offer($params, $sold, $service->view()['product']['kind']));
    });
}

function certum_SSLStepOne(array $params): array
{
    return certum_step($params, 'one');
}

function certum_SSLStepTwo(array $params): array
{
    return certum_step($params, 'two');
}

function certum_SSLStepThree(array $params): array
{
    return certum_step($params, 'three');
}

function certum_step(array $params, string $step): array
{
    return certum_guarded(
        static fn (): array => (new Steps(Service::of($params), $params))->$step(),
        static fn (string $line): array => ['error' => $line],
    );
}

function certum_AdminCustomButtonArray(array $params = []): array
{
    return certum_guarded(static fn (): array => certum_admin($params)->buttons(), static fn (): array => []);
}

function certum_AdminServicesTabFields(array $params): array
{
    return certum_guarded(
        static fn (): array => certum_admin($params)->rows(($_GET['certum'] ?? '') === 'state'),
        static fn (string $line): array => ['Certum' => htmlspecialchars($line, ENT_QUOTES)],
    );
}

function certum_AdminServicesTabFieldsSave(array $params): void
{
    // Where the tab could not be shown, no fields come, and what was filled in before stays.
    $posted = $_POST['certum'] ?? null;
    $result = is_array($posted) ? certum_try(static fn () => certum_admin($params)->save($posted)) : 'success';
    if ($result !== 'success') {
        Host::log("service {$params['serviceid']}: $result");
    }
}

function certum_adminresend(array $params): string
{
    return certum_try(static fn () => certum_admin($params)->resend());
}

function certum_admincheck(array $params): string
{
    return certum_try(static fn () => Service::of($params, true)->act('request_check'));
}

function certum_adminverification(array $params): string
{
    return certum_try(static fn () => certum_admin($params)->verify());
}

function certum_adminsend(array $params): string
{
    return certum_try(static fn () => certum_admin($params)->send());
}

function certum_adminreissue(array $params): string
{
    return certum_try(static fn () => certum_admin($params)->reissue());
}

function certum_adminrenew(array $params): string
{
    return certum_try(static fn () => certum_admin($params)->renew());
}

function certum_adminrevoke(array $params): string
{
    return certum_try(static fn () => certum_admin($params)->revoke());
}

function certum_admincancel(array $params): string
{
    return certum_try(static fn () => Service::of($params, true)->act('cancel_order'));
}

function certum_adminsync(array $params): string
{
    return certum_try(static function () use ($params): void {
        $service = Service::of($params);
        $service->tellOfPayments();
        $service->tellOfCancellation();
        $service->refresh();
    });
}

function certum_ClientAreaCustomButtonArray(array $params = []): array
{
    return certum_guarded(static fn (): array => (new Pages(Service::of($params), $params))->menu(), static fn (): array => []);
}

function certum_ClientAreaAllowedFunctions(): array
{
    return Pages::allowed();
}

function certum_ClientArea(array $params): array
{
    $page = certum_page($params, 'overview');
    return ['tabOverviewReplacementTemplate' => "{$page['templatefile']}.tpl", 'templateVariables' => $page['vars']];
}

/** Sends a file and ends the request. */
function certum_download(array $params): array
{
    $file = certum_page($params, 'download');
    if (!isset($file['content'])) {
        return $file;
    }
    header("Content-Type: {$file['type']}");
    header('Content-Disposition: attachment; filename="' . preg_replace('/[^A-Za-z0-9._-]/', '_', $file['name']) . '"');
    header('X-Content-Type-Options: nosniff');
    echo $file['content'];
    exit;
}

function certum_configure(array $params): array
{
    return certum_page($params, 'configure');
}

function certum_names(array $params): array
{
    return certum_page($params, 'names');
}

function certum_certificate(array $params): array
{
    return certum_page($params, 'certificate');
}

function certum_contact(array $params): array
{
    return certum_page($params, 'contact');
}

function certum_storecsr(array $params): array
{
    return certum_page($params, 'storecsr');
}

function certum_send(array $params): array
{
    return certum_page($params, 'send');
}

function certum_verification(array $params): array
{
    return certum_page($params, 'verification');
}

function certum_check(array $params): array
{
    return certum_page($params, 'check');
}

function certum_reissue(array $params): array
{
    return certum_page($params, 'reissue');
}

function certum_renewcertificate(array $params): array
{
    return certum_page($params, 'renewcertificate');
}

function certum_revoke(array $params): array
{
    return certum_page($params, 'revoke');
}

function certum_orderstate(array $params): array
{
    return certum_page($params, 'orderstate');
}

function certum_domainstate(array $params): array
{
    return certum_page($params, 'domainstate');
}

function certum_takekey(array $params): array
{
    return certum_page($params, 'takekey');
}
