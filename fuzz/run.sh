#!/bin/sh
# Fuzzes each target for so many seconds (10, if nothing is said) from the seeds in corpus/, or the targets named
# after that. What the fuzzer finds on the way goes to a directory of its own, so that the seeds stay as they are.
set -eu
cd "$(dirname "$0")"
seconds=${1:-10}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- bundle certificate chain control csr_pem form history pkcs8_key soap_request \
    soap_response webhook words
# What was freed is kept for a while to catch its use; unlimited, the hoard alone outgrows the limit on memory.
export ASAN_OPTIONS="quarantine_size_mb=16:${ASAN_OPTIONS-}"
found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT

for target in "$@"; do
    mkdir "$found/$target"
    echo "== $target"
    cargo +nightly fuzz run "$target" "$found/$target" "corpus/$target" -- \
        -max_total_time="$seconds" -timeout=1 -rss_limit_mb=256 -max_len=1048576 -print_final_stats=1 2>"$found/log" ||
        {
            cat "$found/log"
            exit 1
        }
    grep -E '^(Done|stat::(number_of_executed_units|peak_rss_mb|slowest_unit_time_sec))' "$found/log"
done
