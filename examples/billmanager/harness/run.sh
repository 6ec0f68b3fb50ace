#!/usr/bin/env bash
# Plays BILLmanager before the module, a gateway and its sandbox: one line for each step, 1 at the first difference.
# Usage: run.sh GATEWAY
set -euo pipefail
exec python3 -B "$(dirname "$(realpath "$0")")/main.py" "$(realpath "$1")"
