#!/bin/sh
# Copies the seeds of each target out of the tests' corpora, data and golden files.
set -eu
cd "$(dirname "$0")"
tests=../csr-tools/tests
made=$tests/corpus/certificates

# $1 target, then files
seed() {
    target=$1
    shift
    mkdir -p "corpus/$target"
    for file in "$@"; do
        cp "$file" "corpus/$target/$(basename "$(dirname "$file")")-$(basename "$file")"
    done
}

# $1 target, then PEM files of certificates, which become DER
seed_der() {
    target=$1
    shift
    mkdir -p "corpus/$target"
    for file in "$@"; do
        openssl x509 -in "$file" -outform DER -out "corpus/$target/$(basename "$(dirname "$file")")-$(basename "$file" .pem).der"
    done
}

csr=$(mktemp)
trap 'rm -f "$csr"' EXIT

rm -rf corpus
seed certificate "$made"/spoiled/*.pem "$made"/openssl/profile-dv.pem
seed_der certificate "$made"/openssl/*.pem "$made"/cryptography/*.pem "$made"/keytool/leaf.pem
seed chain "$made"/chains/four.pem "$made"/chains/crossed-with-both.pem "$made"/chains/twin.pem "$made"/chains/self-signed.pem \
    "$tests"/data/ca-bundle.pem
seed pkcs8_key "$tests"/data/leaf.key
mkdir -p corpus/soap_response
cp ../certum-api/tests/golden/*.response*.xml ../certum-api/tests/golden/quick_order.refusal.xml \
    ../certum-api/tests/golden/fault.xml corpus/soap_response/
mkdir -p corpus/soap_request
cp ../certum-api/tests/golden/*.request.xml corpus/soap_request/
# The golden order's certificate request is a stub, so that it is refused. These are taken.
# $1 identifier
order() {
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -subj /CN=a.example.com \
        -out "$csr" 2>/dev/null
    cat <<EOF
<E:Envelope xmlns:E="http://schemas.xmlsoap.org/soap/envelope/"><E:Header/><E:Body>
<quickOrder xmlns="http://webservice.api.muc.unizeto.pl/"><requestHeader xmlns=""><authToken>
<password><![CDATA[s3cret & more]]></password><userName>reseller</userName></authToken></requestHeader>
<SANApprover xmlns=""><approverMethod>DNS_TXT_PREFIX</approverMethod></SANApprover>
<orderParameters xmlns=""><CSR>$(cat "$csr")</CSR><customer>customer-7</customer><orderID>$1</orderID>
<productCode>931</productCode></orderParameters>
<requestorInfo xmlns=""><email>jan@example.com</email><firstName>Jan</firstName><lastName>Nowak</lastName></requestorInfo>
<SANEntries xmlns=""><SANEntry><DNSName>a.example.com</DNSName></SANEntry></SANEntries>
</quickOrder></E:Body></E:Envelope>
EOF
}
order svc-2-1 >corpus/soap_request/order.xml
# The order that is there already, which the golden requests are about.
order svc-1-1 >fuzz_targets/order.xml
seed bundle "$made"/pkcs7/*.p7b "$made"/pkcs12/openssl-*.p12 "$made"/pkcs12/keytool-*.p12

mkdir -p corpus/csr_pem
for kind in ec:P-256 ec:P-384 rsa:2048; do
    option="-newkey $kind"
    case $kind in ec:*) option="-newkey ec -pkeyopt ec_paramgen_curve:${kind#ec:}" ;; esac
    # shellcheck disable=SC2086
    openssl req -new $option -nodes -keyout "corpus/pkcs8_key/$kind.key" -subj /C=PL/O=Sklep/CN=a.example.com \
        -addext subjectAltName=DNS:a.example.com,DNS:b.example.com -out "corpus/csr_pem/$kind.csr" 2>/dev/null
    openssl req -in "corpus/csr_pem/$kind.csr" -newhdr -text -out "corpus/csr_pem/$kind-text.csr"
    openssl req -in "corpus/csr_pem/$kind.csr" -outform DER -out "corpus/csr_pem/$kind.der"
    openssl pkey -in "corpus/pkcs8_key/$kind.key" -outform DER -out "corpus/pkcs8_key/$kind.der"
done
# The contents of a PKCS#12 file without its MAC: what the target wraps.
for form in modern legacy; do
    openssl asn1parse -inform DER -in "$made/pkcs12/openssl-$form.p12" -strparse 26 -noout -out "corpus/bundle/contents-$form" ||
        rm -f "corpus/bundle/contents-$form"
done
for directory in corpus/*; do
    for file in "$directory"/*:*; do
        [ -e "$file" ] && mv "$file" "$(printf %s "$file" | tr : -)"
    done
done
