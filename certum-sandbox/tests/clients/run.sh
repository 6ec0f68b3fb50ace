#!/usr/bin/env bash
# Walks SOAP clients of others through a sandbox, each through a fresh one, under several seeds.
#
#   run.sh PROGRAM [SEED...]     PROGRAM is certum-sandbox, built; seeds are 0 (plain), 2 and 20 unless given
#
# PYTHON names a Python with what requirements.txt lists; php needs its extensions soap and openssl. What these
# two seeds do differently from the plain sandbox: no prefixes at all, comments, CDATA, certificates in bare base64,
# reissues under identifiers of their own, no more than must be told.
set -euo pipefail
program=$(realpath "$1")
python=${PYTHON:-python3}
[[ $python != */* ]] || python=$(realpath -s "$python")
shift
[ $# -gt 0 ] || set -- 0 2 20
cd "$(dirname "$0")"
export PYTHONDONTWRITEBYTECODE=1

directory=$(mktemp -d)
sandbox=
trap '[ -z "$sandbox" ] || kill "$sandbox"; rm -rf "$directory"' EXIT

# $1 seed, then the client
walk() {
  local seed=$1 tries=0
  shift
  : >"$directory/info"
  "$program" --seed "$seed" >"$directory/info" &
  sandbox=$!
  until grep -q . "$directory/info"; do
    kill -0 "$sandbox" && [ $((tries += 1)) -lt 200 ] || { echo "the sandbox does not start" >&2; exit 1; }
    sleep 0.1
  done
  printf 'seed %s, ' "$seed"
  "$@" "$directory/info"
  kill "$sandbox"
  wait "$sandbox"
  sandbox=
}

for seed in "$@"; do
  walk "$seed" "$python" road.py
  walk "$seed" php road.php
done
