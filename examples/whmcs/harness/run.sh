#!/bin/sh
# Plays WHMCS against a gateway on its sandbox: run.sh GATEWAY_BINARY [CHAPTER…]. Wants PHP 8.2 with curl, pdo_sqlite, openssl and posix.
set -eu
exec php -d error_reporting=-1 -d display_errors=stderr "$(dirname "$0")/main.php" "$@"
