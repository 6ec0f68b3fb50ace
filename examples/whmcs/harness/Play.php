<?php

declare(strict_types=1);

namespace Harness;

use Heard;
use WHMCS\Database\Capsule;

/** Calls the module as WHMCS does, and compares what comes of it. */
final class Play
{
    private const MODULE = __DIR__ . '/../modules/servers/certum/';

    private int $steps = 0;

    public function __construct(public readonly World $world)
    {
    }

    /** One step of the manual: a line, or the end of the run. */
    public function step(string $name, callable $do): void
    {
        try {
            $do();
        } catch (\Throwable $error) {
            $at = basename($error->getFile()) . ':' . $error->getLine();
            echo "FAIL $name: {$error->getMessage()} ($at)\n", $error->getTraceAsString(), "\n";
            echo "{$this->steps} passed, 1 failed\n";
            exit(1);
        }
        $this->steps++;
        echo "ok   $name\n";
    }

    public function finish(): void
    {
        echo "{$this->steps} passed, 0 failed\n";
    }

    public static function same(mixed $expected, mixed $found, string $what): void
    {
        if ($expected !== $found) {
            $show = static fn (mixed $value): string => (string) json_encode($value, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
            throw new \RuntimeException("$what: expected {$show($expected)}, found {$show($found)}");
        }
    }

    public static function has(string $part, string $text, string $what): void
    {
        if (!str_contains($text, $part)) {
            throw new \RuntimeException("$what: no \"$part\" in " . substr($text, 0, 1500));
        }
    }

    /** A function that answers "success". */
    public function call(string $function, int $id, string $expected = 'success'): void
    {
        self::same($expected, ("certum_$function")($this->world->params($id)), $function);
    }

    /** Calls it again and again: the CA carries out nothing more. */
    public function twice(string $function, int $id): void
    {
        $this->call($function, $id);
        $before = $this->world->written();
        $this->call($function, $id);
        self::same($before, $this->world->written(), "$function, called twice");
    }

    /** A page of the client area, as it is got. */
    public function open(int $id, string $page, array $query = []): string
    {
        return $this->show($id, $page, 'GET', $query, []);
    }

    /** Opens a page, fills in its form, sends it, and sends it again. */
    public function fill(int $id, string $page, array $form, array $more = [], string $sentBy = ''): string
    {
        $html = $this->open($id, $sentBy ?: $page);
        $posted = ['form' => $form, 'token' => self::hidden($html, 'token'), 'once' => self::hidden($html, 'once')] + $more;
        return $this->send($id, $page, $posted);
    }

    public function send(int $id, string $page, array $posted): string
    {
        return $this->show($id, $page, 'POST', [], $posted);
    }

    /** Sells a service of one server certificate and hands both steps in. */
    public function order(
        string $name,
        string $method = 'dns-txt-prefix',
        array $settings = [1 => '601'],
        string $cycle = 'One Time',
        array $form = [],
    ): int {
        $id = $this->world->sell($settings, $cycle);
        $this->call('CreateAccount', $id);
        $this->configure($id, $name, $method, $form);
        return $id;
    }

    public function configure(int $id, string $name, string $method = 'dns-txt-prefix', array $form = []): void
    {
        $contact = ['first_name' => 'Jan', 'last_name' => 'Nowak', 'phone' => '', 'email' => 'jan@example.com'];
        $first = $form + ['csr' => World::csr($name, [$name]), 'contact' => $contact];
        self::has('step 2', $this->fill($id, 'configure', $first), "first step of $name");
        $second = ['names' => [['name' => $name]], 'method' => $method];
        self::has('handed in', $this->fill($id, 'names', $second), "second step of $name");
    }

    public function menuHas(int $id, string $page): bool
    {
        return in_array($page, certum_ClientAreaCustomButtonArray($this->world->params($id)), true);
    }

    /** A file's content, or the page that says why not. */
    public function download(int $id, string $serial, string $name, string $server): string
    {
        $_GET = ['serial' => $serial, 'file' => $name, 'server' => $server];
        $file = certum_page($this->world->params($id), 'download');
        $_GET = [];
        return $file['content'] ?? Smarty::render(self::MODULE . "{$file['templatefile']}.tpl", $file['vars']);
    }

    public static function hidden(string $html, string $name): string
    {
        preg_match("/<input type=\"hidden\" name=\"$name\" value=\"([^\"]+)\">/", $html, $found);
        return $found[1] ?? throw new \RuntimeException("no hidden $name in $html");
    }

    public function status(int $id): string
    {
        return (string) Capsule::table('tblsslorders')->where('serviceid', $id)->value('status');
    }

    /** Letters to the client about a service. @return list<array> */
    public static function letters(int $id): array
    {
        return array_values(array_filter(Heard::all('SendEmail'), static fn (array $one): bool => $one['id'] === $id));
    }

    /** How often the gateway was called at an address. */
    public static function calls(string $path): int
    {
        return count(array_filter(Heard::all('logModuleCall'), static fn (array $call): bool => str_contains($call[1], $path)));
    }

    /** The admin fills in fields of the service's tab and saves them. */
    public function save(int $id, array $fields): void
    {
        $_POST = ['certum' => $fields];
        certum_AdminServicesTabFieldsSave($this->world->params($id));
        $_POST = [];
    }

    private function show(int $id, string $page, string $method, array $query, array $posted): string
    {
        [$_SERVER['REQUEST_METHOD'], $_GET, $_POST] = [$method, $query, $posted];
        $params = $this->world->params($id);
        if ($page === 'overview') {
            $shown = certum_ClientArea($params);
            $html = Smarty::render(self::MODULE . $shown['tabOverviewReplacementTemplate'], $shown['templateVariables']);
        } else {
            // WHMCS calls nothing for a client that is not named here.
            self::same(true, in_array($page, certum_ClientAreaAllowedFunctions(), true), "$page is allowed");
            $shown = ("certum_$page")($params);
            $html = Smarty::render(self::MODULE . "{$shown['templatefile']}.tpl", $shown['vars']);
        }
        [$_SERVER['REQUEST_METHOD'], $_GET, $_POST] = ['GET', [], []];
        return $html;
    }
}
