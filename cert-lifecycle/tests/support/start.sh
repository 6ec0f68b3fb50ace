#!/bin/sh
# A PostgreSQL server of our own: start.sh BIN_DIRECTORY [SETTING…]. Prints its directory, where its socket is, and stops
# and removes everything once standard input ends: when whoever started it is gone, however it went.
set -eu
bin=$1
shift
dir=$(mktemp -d "${TMPDIR:-/tmp}/cert-lifecycle-postgres.XXXXXX")
finish() {
  # It may have stopped by itself, and the directory has to go all the same.
  "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$dir"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
"$bin/initdb" -D "$dir/data" -A trust -U postgres -E UTF8 --no-locale --no-sync </dev/null >"$dir/initdb.log" 2>&1
{
  echo "unix_socket_directories = '$dir'"
  echo "listen_addresses = ''"
  echo "max_connections = 200"
  for setting; do echo "$setting"; done
} >>"$dir/data/postgresql.conf"
"$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w start </dev/null >/dev/null 2>&1
echo "$dir"
cat >/dev/null
