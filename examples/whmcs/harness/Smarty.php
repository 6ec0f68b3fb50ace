<?php

declare(strict_types=1);

namespace Harness;

/** The part of Smarty that the templates use. What is printed without an escape is refused. */
final class Smarty
{
    public static function render(string $file, array $vars): string
    {
        $code = self::compile((string) file_get_contents($file), dirname($file));
        ob_start();
        (static function (array $v) use ($code): void {
            eval('?>' . $code);
        })($vars);
        return (string) ob_get_clean();
    }

    private static function compile(string $text, string $folder): string
    {
        $pattern = '/\{(\$[^{}]*|if [^{}]*|elseif [^{}]*|else|\/if|foreach [^{}]*|\/foreach|include [^{}]*)\}/';
        return (string) preg_replace_callback($pattern, static function (array $found) use ($folder): string {
            $tag = $found[1];
            if ($tag[0] === '$') {
                if (preg_match('/^(\$[\w.]+)\|escape(:\'url\')?$/', $tag, $parts) !== 1) {
                    throw new \RuntimeException("not escaped: {$found[0]}");
                }
                $value = '(string) (' . self::path($parts[1]) . ')';
                $escaped = isset($parts[2]) ? "rawurlencode($value)" : "htmlspecialchars($value, ENT_QUOTES)";
                // PHP swallows a line's end after a closing tag; Smarty does not.
                return "<?php echo $escaped; ?>";
            }
            [$word, $rest] = explode(' ', $tag, 2) + [1 => ''];
            return match ($word) {
                'if' => '<?php if (' . self::condition($rest) . '): ?>',
                'elseif' => '<?php elseif (' . self::condition($rest) . '): ?>',
                'else' => '<?php else: ?>',
                '/if' => '<?php endif; ?>',
                'foreach' => self::loop($rest),
                '/foreach' => '<?php endforeach; ?>',
                'include' => self::compile((string) file_get_contents($folder . '/' . trim(substr($rest, 5), '"')), $folder),
            };
        }, $text);
    }

    private static function loop(string $rest): string
    {
        [$list, $one] = explode(' as ', $rest);
        return '<?php foreach (' . self::path($list) . " ?? [] as \$v['" . substr($one, 1) . "']): ?>";
    }

    private static function condition(string $text): string
    {
        return (string) preg_replace_callback('/\$[\w.]+/', static fn (array $found): string => self::path($found[0]), $text);
    }

    private static function path(string $path): string
    {
        $keys = implode('', array_map(static fn (string $key): string => "['$key']", explode('.', substr($path, 1))));
        return "(\$v$keys ?? null)";
    }
}

/** Whatever a template asks it for, it is a script. */
final class Hostile implements \ArrayAccess, \IteratorAggregate
{
    /** All variables of a template. */
    public static function vars(string $file): array
    {
        $text = file_get_contents($file) . file_get_contents(dirname($file) . '/mistakes.tpl');
        preg_match_all('/\$(\w+)/', $text, $names);
        return array_fill_keys($names[1], new self());
    }

    public function __toString(): string
    {
        return '"onload="x" <script>';
    }

    public function getIterator(): \Iterator
    {
        return new \ArrayIterator([$this]);
    }

    public function offsetExists(mixed $offset): bool
    {
        return true;
    }

    public function offsetGet(mixed $offset): mixed
    {
        return $this;
    }

    public function offsetSet(mixed $offset, mixed $value): void
    {
    }

    public function offsetUnset(mixed $offset): void
    {
    }
}
