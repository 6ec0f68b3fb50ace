#!/usr/bin/env bash
# Prints what each library weighs for whoever embeds it, in Markdown: the crates in its tree, and what it takes to build
# it into an empty directory; and what it takes to get from a fresh clone to the quickstart's certificate.
#
# weight.sh [--trees] [PACKAGE…]: these packages only; with --trees nothing is built. Downloads are not counted.
set -euo pipefail
cd "$(dirname "$0")/.."

# What is embedded, and with which features.
choices=(
  "csr-tools"
  "cert-domain"
  "certum-api"
  "certum-api --no-default-features --features client"
  "certum-api --no-default-features"
  "cert-lifecycle"
  "cert-lifecycle --no-default-features"
  "cert-lifecycle --features postgres"
  "quickstart"
)
builds=yes
if [ "${1-}" = --trees ]; then
  builds=
  shift
fi
wanted=" $* "

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_TARGET_DIR="$work/target" CARGO_TERM_QUIET=true
# A wrapper that keeps what it has compiled would make a cold build warm. Empty, these overrule cargo's configuration, too.
export RUSTC_WRAPPER= RUSTC_WORKSPACE_WRAPPER=
TIMEFORMAT='%R %U %S'

is_wanted() { [ "$wanted" = "  " ] || [[ "$wanted" == *" $1 "* ]]; }

# How many crates a choice has in its tree, itself included, over these edges.
crates() {
  local edges=$1
  shift
  cargo tree --locked --prefix none --edges "$edges" --package "$@" | cut -d ' ' -f 1,2 | sort -u | wc -l
}

# Runs a command with an empty target directory, and prints seconds by the clock on the wall and of processor time.
cold() {
  local took
  rm -rf "$CARGO_TARGET_DIR"
  took=$({ time "$@" >"$work/log" 2>&1; } 2>&1) || {
    cat "$work/log" >&2
    exit 1
  }
  awk '{ printf "%.0f s, %.0f s", $1, $2 + $3 }' <<<"$took"
}

cargo fetch --locked
printf '%s, %s processors, load average %s, %s.\n\n' "$(rustc --version)" "$(nproc)" \
  "$(cut -d ' ' -f 1 /proc/loadavg)" "$(git describe --always --dirty)"
echo '| what | crates | with those of build scripts | debug: wall, processor | release: wall, processor |'
echo '| --- | --- | --- | --- | --- |'
for choice in "${choices[@]}"; do
  # shellcheck disable=SC2086 # a choice is several arguments
  set -- $choice
  is_wanted "$1" || continue
  tree=$(crates normal "$@")
  with_scripts=$(crates normal,build "$@")
  debug=
  release=
  if [ -n "$builds" ]; then
    debug=$(cold cargo build --locked --offline --package "$@")
    release=$(cold cargo build --locked --offline --release --package "$@")
  fi
  printf '| `%s` | %s | %s | %s | %s |\n' "$choice" "$tree" "$with_scripts" "$debug" "$release"
done

if [ -n "$builds" ] && is_wanted quickstart; then
  git clone --quiet . "$work/clone"
  cd "$work/clone"
  took=$(cold cargo run --locked --offline --package quickstart -- --out "$work/bundle")
  printf '\nFrom a fresh clone to a certificate, `cargo run -p quickstart`: %s.\n' "$took"
fi
