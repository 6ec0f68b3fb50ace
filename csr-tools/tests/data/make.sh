#!/bin/sh
# Makes the certificates of this directory afresh, with OpenSSL 3. The keys are worthless: nothing trusts the root.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/ext" <<'EXT'
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:shop.example.com, DNS:*.shop.example.com, IP:192.0.2.1
EXT

# $1 name, $2 subject, $3 section, $4 serial number, $5 days, then the issuer's options
issue() {
    name=$1 subject=$2 section=$3 serial=$4 days=$5
    shift 5
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/$name.key"
    openssl req -new -utf8 -key "$work/$name.key" -subj "$subject" -out "$work/$name.csr"
    openssl x509 -req -in "$work/$name.csr" -set_serial "$serial" -days "$days" -sha256 \
        -extfile "$work/ext" -extensions "$section" "$@" -out "$name.pem"
}

issue root "/C=PL/O=Testy/CN=Test root" ca 0x01 20000 -signkey "$work/root.key"
issue intermediate "/C=PL/O=Testy/CN=Test intermediate" ca 0x0A1B 19000 -CA root.pem -CAkey "$work/root.key"
issue leaf "/CN=shop.example.com" leaf 0x782D878E4DAD219994E7AB628D8337DE 18000 \
    -CA intermediate.pem -CAkey "$work/intermediate.key"
cat root.pem intermediate.pem >ca-bundle.pem
cp "$work/leaf.key" leaf.key
