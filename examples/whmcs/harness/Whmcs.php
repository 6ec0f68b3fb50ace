<?php

/** Plays WHMCS: its database, the functions that modules may call, and the calls of a module. */

declare(strict_types=1);

namespace WHMCS\Config {
    final class Setting
    {
        public static function getValue(string $name): ?string
        {
            return ['SystemURL' => 'https://shop.example.com/billing/'][$name] ?? null;
        }
    }
}

namespace WHMCS\Database {
    /** The part of WHMCS's query builder that the module uses, on SQLite. */
    final class Capsule
    {
        public static \PDO $database;

        private array $wheres = [];

        private function __construct(private readonly string $table)
        {
        }

        public static function open(string $file): void
        {
            self::$database = new \PDO("sqlite:$file", options: [
                \PDO::ATTR_ERRMODE => \PDO::ERRMODE_EXCEPTION, \PDO::ATTR_DEFAULT_FETCH_MODE => \PDO::FETCH_OBJ,
            ]);
            self::$database->exec('PRAGMA busy_timeout = 5000');
        }

        public static function table(string $table): self
        {
            return new self($table);
        }

        public static function schema(): object
        {
            return new class {
                public function hasTable(string $name): bool
                {
                    return Capsule::table('sqlite_master')->where('type', 'table')->where('name', $name)->first() !== null;
                }

                public function create(string $name, callable $describe): void
                {
                    $table = new class {
                        public array $columns = [];

                        public function string(string $name, int $length = 255): self
                        {
                            $this->columns[] = "$name VARCHAR($length)";
                            return $this;
                        }

                        public function text(string $name): self
                        {
                            $this->columns[] = "$name TEXT";
                            return $this;
                        }

                        public function primary(): self
                        {
                            $this->columns[] = array_pop($this->columns) . ' PRIMARY KEY';
                            return $this;
                        }
                    };
                    $describe($table);
                    Capsule::$database->exec("CREATE TABLE $name (" . implode(', ', $table->columns) . ')');
                }
            };
        }

        public function where(string $column, mixed $value): self
        {
            $this->wheres[$column] = $value;
            return $this;
        }

        public function get(): array
        {
            return $this->run("SELECT * FROM {$this->table}" . $this->condition(), [])->fetchAll();
        }

        public function first(): ?object
        {
            return $this->get()[0] ?? null;
        }

        public function value(string $column): mixed
        {
            return $this->first()?->$column;
        }

        public function insert(array $row): void
        {
            $columns = implode(', ', array_keys($row));
            $marks = implode(', ', array_fill(0, count($row), '?'));
            self::$database->prepare("INSERT INTO {$this->table} ($columns) VALUES ($marks)")->execute(array_values($row));
        }

        public function insertOrIgnore(array $row): void
        {
            if ($this->where('name', $row['name'])->first() === null) {
                $this->insert($row);
            }
        }

        public function update(array $values): void
        {
            $sets = implode(', ', array_map(static fn (string $column): string => "$column = ?", array_keys($values)));
            $this->run("UPDATE {$this->table} SET $sets" . $this->condition(), array_values($values));
        }

        public function updateOrInsert(array $keys, array $values): void
        {
            $this->wheres = $keys;
            $this->first() === null ? $this->insert($keys + $values) : $this->update($values);
        }

        public function delete(): void
        {
            $this->run("DELETE FROM {$this->table}" . $this->condition(), []);
        }

        private function condition(): string
        {
            $parts = array_map(static fn (string $column): string => "$column = ?", array_keys($this->wheres));
            return $parts === [] ? '' : ' WHERE ' . implode(' AND ', $parts);
        }

        private function run(string $sql, array $values): \PDOStatement
        {
            $statement = self::$database->prepare($sql);
            $statement->execute([...$values, ...array_values($this->wheres)]);
            return $statement;
        }
    }
}

namespace {
    use WHMCS\Database\Capsule;

    define('WHMCS', true);

    /** What WHMCS was asked to do, in the order of asking. */
    final class Heard
    {
        public const CSRF = 'c5rf';
        public static array $hooks = [];
        /** The services whose letters can't be sent. */
        public static array $refused = [];
        public static string $diesAfter = '';

        public static function note(string $what, array $values): void
        {
            Capsule::table('harness_heard')->insert(['what' => $what, 'heard' => json_encode($values)]);
        }

        public static function all(string $what): array
        {
            $rows = Capsule::table('harness_heard')->where('what', $what)->get();
            return array_map(static fn (object $row): array => json_decode($row->heard, true), $rows);
        }
    }

    final class ForgedForm extends \RuntimeException
    {
    }

    function add_hook(string $name, int $priority, callable $do): void
    {
        Heard::$hooks[$name][] = $do;
    }

    function run_hook(string $name, array $vars = []): void
    {
        foreach (Heard::$hooks[$name] as $do) {
            $do($vars);
        }
    }

    function localAPI(string $command, array $values = []): array
    {
        if ($command === 'DecryptPassword') {
            return ['result' => 'success', 'password' => base64_decode($values['password2'])];
        }
        if (in_array($values['id'] ?? null, Heard::$refused, true)) {
            return ['result' => 'error', 'message' => 'Email Send Failed'];
        }
        Heard::note($command, $values);
        // A process that dies as soon as the letter is out.
        if (Heard::$diesAfter === $command) {
            posix_kill(getmypid(), SIGKILL);
        }
        return ['result' => 'success'];
    }

    function logActivity(string $line): void
    {
        Heard::note('logActivity', [$line]);
    }

    function logModuleCall(string $module, string $call, mixed $request, mixed $answer, mixed $data, array $hidden): void
    {
        Heard::note('logModuleCall', [$module, $call, $request, $answer, $data]);
    }

    function generate_token(string $kind = 'form'): string
    {
        return $kind === 'plain' ? Heard::CSRF : '<input type="hidden" name="token" value="' . Heard::CSRF . '">';
    }

    function check_token(string $place): void
    {
        if (($_POST['token'] ?? '') !== Heard::CSRF) {
            throw new ForgedForm($place);
        }
    }
}
