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
# $1 target and file, then lines
lines() {
    mkdir -p "corpus/$(dirname "$1")"
    file=$1
    shift
    printf '%s\n' "$@" >"corpus/$file"
}
lines form/browser contact.first_name=Jan contact.last_name=Nowak contact.email=jan@example.com \
    names.0.name=example.com 'names.0.www?=on' names.1.name=żółw.example.com key.choice=generate \
    key.algorithm=rsa-2048 method=dns-txt subject.country=PL
lines form/offer product=931 default_method=dns-txt 'additional_domains?=on' 'domains_limit#=25' billing=recurring \
    price=129.90 currency=PLN cycle=annually
lines form/revocation serial_number=0a1b reason=KEYCOMPROMISE compromised_on=2026-11-22
lines form/reissue certificate.serial_number=0a1b added.0.name=b.example.com hash_algorithm=RSA-SHA256
lines form/json '{"csr":"-","key":{"choice":"request"},"names":[{"name":"*.example.com","www":false}],"send_messages":true}'
lines words/names shop.example.com '*.example.com' Żółw.example.com xn--w-uga1v8h.example.com
lines words/thresholds '[{"share":333},{"days":14}]'
for word in '+48 (22) 123-45-67' 129,90 email:webmaster '00:a1:b2' jan@example.com 931 customer-7 'Private Organization' \
    0193a5c0-0000-7000-8000-000000000007; do
    lines "words/$(printf %s "$word" | tr -c 'a-zA-Z0-9\n' _)" "$word"
done
lines history/paid '{"event":"payment_received","paid_through":"2027-11-20"}' '{"event":"code_lost"}' \
    '{"event":"running_changed","running":"suspended"}' '{"event":"resumed"}' '{"event":"expired"}' \
    '{"event":"cancellation_requested","request":{"reason":"moved","at_end_of_period":true}}'
issued='{"event":"certificate_issued","certificate":{"pem":"","chain":[],"serial_number":"A1","names":[],'
issued=$issued'"not_before":"2026-11-22T00:00:00Z","not_after":"2027-06-08T23:59:59Z"}}'
lines history/order '{"event":"order_intended","attempt":{"number":1,"kind":"new","order_id":"svc-1-1","request_hash":"00"}}' \
    '{"event":"order_placed","order_id":"svc-1-1","code":"c0de","adopted":false}' '{"event":"check_requested"}' \
    '{"event":"check_started","request":1}' '{"event":"order_accepted"}' "$issued"
lines history/search '{"text":"shop","name":"","state":"active","expiring":"30","due":"7","after":""}'
lines webhook/signed 1795348800 v1=00,v2=00 '{"event":"issued"}'
lines control/faults '[{"operation":"quickOrder","kind":"delay","delay_ms":9,"when":"after","count":1}]'
lines control/record 'example.com 0 issue "certum.pl"'
for directory in corpus/*; do
    for file in "$directory"/*:*; do
        [ -e "$file" ] && mv "$file" "$(printf %s "$file" | tr : -)"
    done
done
