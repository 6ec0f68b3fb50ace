#!/usr/bin/env bash
# The gateway on its sandbox, held against its document: each route has to succeed once, with the answer that the document says.
# Then schemathesis: with services in three states, no answer may be a 5xx, or another than the document says.
# Usage: run.sh GATEWAY [EXAMPLES], with PYTHON an interpreter that has requirements.txt; walk.py needs the openssl program.
set -euo pipefail
gateway=$(realpath "$1")
examples=${2:-10}
python=${PYTHON:-python3}
if [[ $python == */* && $python != /* ]]; then python=$PWD/$python; fi
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
# schemathesis keeps things where it is started.
cd "$work"
"$gateway" --listen 127.0.0.1:0 >"$work/line" 2>"$work/log" &
pid=$!
# It may have ended by itself, and the directory has to go all the same.
trap 'kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 300); do
  [ -s "$work/line" ] && break
  sleep 0.1
done
line=$(cat "$work/line")
said() { "$python" -c 'import json, sys; print(json.loads(sys.argv[1])[sys.argv[2]])' "$line" "$1"; }
address=$(said address)
token=$(said token)
curl -fsS -H "Authorization: Bearer $token" "$address/v1/openapi.json" >"$work/openapi.json"
"$python" -m openapi_spec_validator "$work/openapi.json"
"$python" "$here/walk.py" "$line" "$work/openapi.json"
for state in awaiting_configuration validating active; do
  cat >"$work/schemathesis.toml" <<TOML
color = false
base-url = "$address"
headers = { Authorization = "Bearer $token" }
generation.max-examples = $examples
seed = 7
# What a form says may be wrong for reasons that no schema tells.
checks.positive_data_acceptance.enabled = false
TOML
  "$python" "$here/prepare.py" "$line" "$work/openapi.json" "$state" >>"$work/schemathesis.toml"
  printf '\n%s\n' "schemathesis, with a service that is $state"
  "$python" -m schemathesis.cli --config-file "$work/schemathesis.toml" run "$work/openapi.json" \
    --phases examples,coverage,fuzzing --warnings off >"$work/report" 2>&1 || { cut -c1-1000 "$work/report"; exit 1; }
  sed -n '/= SUMMARY =/,$p' "$work/report"
done
if grep -q panicked "$work/log"; then cat "$work/log"; exit 1; fi
