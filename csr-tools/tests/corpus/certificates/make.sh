#!/bin/sh
# Makes the corpus of this directory afresh: with OpenSSL 3, Java's keytool, GnuTLS' certtool and Python's
# cryptography. README.md says what is what. The keys are thrown away, but for those of the PKCS#12 files, which
# protect nothing.
set -eu
cd "$(dirname "$0")"
here=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for made in openssl keytool certtool cryptography spoiled chains pkcs12 pkcs7; do
    rm -rf "$made"
    mkdir "$made"
done

cat >"$work/ca.cnf" <<'CNF'
[ca]
default_ca = default
[default]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
default_days = 365
policy = any
unique_subject = no
preserve = yes
string_mask = utf8only
[any]
[req]
distinguished_name = empty
utf8 = yes
string_mask = utf8only
[empty]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[issuing]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign, digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always, issuer:always
certificatePolicies = 2.5.29.32.0
crlDistributionPoints = URI:http://crl.example.com/root.crl
[above]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[mute]
basicConstraints = critical, CA:TRUE
keyUsage = critical, cRLSign
[narrow]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
nameConstraints = critical, permitted;DNS:example.com
[mailonly]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
extendedKeyUsage = emailProtection
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth, clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:shop.example.com, DNS:www.shop.example.com
[dv]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth, clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:Shop.example.com, DNS:*.shop.example.com
authorityInfoAccess = OCSP;URI:http://ocsp.example.com, caIssuers;URI:http://repository.example.com/ca.cer
crlDistributionPoints = URI:http://crl.example.com/ca.crl, URI:http://crl2.example.com/ca.crl
certificatePolicies = 2.23.140.1.2.1, @statement
[statement]
policyIdentifier = 1.2.616.1.113527.2.5.1.3
CPS = https://www.example.com/CPS
[ov]
certificatePolicies = 1.2.616.1.113527.2.5.1.2, 2.23.140.1.2.2
subjectAltName = DNS:a.example.com
[iv]
certificatePolicies = 2.23.140.1.2.3
subjectAltName = DNS:a.example.com
[ev]
certificatePolicies = 2.23.140.1.1
subjectAltName = DNS:a.example.com
[smime]
certificatePolicies = 2.23.140.1.5.1.2
keyUsage = critical, digitalSignature, nonRepudiation, keyEncipherment
extendedKeyUsage = emailProtection, clientAuth
subjectAltName = email:Jan.Kowalski@example.com
[sponsor]
certificatePolicies = 2.23.140.1.5.3.3
extendedKeyUsage = emailProtection
subjectAltName = email:jan@example.com
[code]
certificatePolicies = 2.23.140.1.4.1
keyUsage = critical, digitalSignature
extendedKeyUsage = codeSigning
[evcode]
certificatePolicies = 2.23.140.1.3
keyUsage = critical, digitalSignature
extendedKeyUsage = codeSigning
[stamp]
certificatePolicies = 2.23.140.1.4.2
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[allnames]
subjectAltName = critical, @names
[names]
DNS.1 = xn--w-uga1v8h.example.com
IP.1 = 192.0.2.1
IP.2 = 2001:db8::1
email.1 = jan@example.com
URI.1 = https://example.com/a?b=c
RID.1 = 1.2.3.4
otherName.1 = 1.3.6.1.4.1.311.20.2.3;UTF8:jan@example.com
dirName.1 = directory
[directory]
O = Sklep
[alluses]
keyUsage = digitalSignature, nonRepudiation, keyEncipherment, dataEncipherment, keyAgreement, keyCertSign, cRLSign, encipherOnly, decipherOnly
extendedKeyUsage = serverAuth, clientAuth, codeSigning, emailProtection, timeStamping, OCSPSigning, anyExtendedKeyUsage, 1.3.6.1.4.1.311.10.3.4
[unknown]
subjectAltName = DNS:a.example.com
1.2.3.4.5 = critical, ASN1:UTF8String:unknown
[crlinside]
crlDistributionPoints = crldp
[crldp]
fullname = URI:http://crl.example.com/a.crl, URI:ldap://ldap.example.com/cn=a
CRLissuer = dirName:directory
reasons = keyCompromise, CACompromise
CNF

cd "$work"
: >index.txt

# $1 name, then the options of genpkey
key() {
    name=$1
    shift
    openssl genpkey -out "$name.key" "$@" 2>/dev/null
}
rsa() { key "$1" -algorithm RSA -pkeyopt "rsa_keygen_bits:$2"; }
ec() { key "$1" -algorithm EC -pkeyopt "ec_paramgen_curve:$2"; }

# $1 output without .pem, $2 subject, $3 section of extensions or -, then options of `openssl ca`;
# the key is $key, the issuer $ca
serial=1000
issue() {
    out=$1 subject=$2 section=$3
    shift 3
    serial=$((serial + 1))
    echo "$serial" >serial
    openssl req -new -config ca.cnf -utf8 -multivalue-rdn -key "$key.key" -subj "$subject" -out r.csr 2>/dev/null
    if [ "$section" = - ]; then
        [ $# -gt 0 ] || set -- -set_serial "$serial"
        openssl x509 -req -in r.csr -CA "$ca.pem" -CAkey "$ca.key" -days 3000 "$@" \
            -out "$out.pem" 2>/dev/null
    else
        openssl ca -batch -notext -config ca.cnf -utf8 -cert "$ca.pem" -keyfile "$ca.key" -in r.csr -multivalue-rdn \
            -days 3000 -extensions "$section" "$@" -out "$out.pem" 2>/dev/null
    fi
}

# $1 name, $2 subject
root() {
    openssl req -x509 -new -config ca.cnf -utf8 -key "$1.key" -subj "$2" -extensions root -days 7000 -out "$1.pem"
}

# Issuers.
rsa root 4096
root root "/C=PL/O=Testy/CN=Test root"
ec issuing P-384
key=issuing; ca=root; issue issuing "/C=PL/O=Testy/CN=Test issuing CA" issuing
cp root.pem "$here/openssl/root-rsa4096.pem"
cp issuing.pem "$here/openssl/issuing-p384.pem"

# One certificate for each kind of key.
ca=issuing
rsa rsa2048 2048
rsa rsa3072 3072
ec p256 P-256
ec p384 P-384
ec p521 P-521
ec secp256k1 secp256k1
key ed25519 -algorithm ED25519
key ed448 -algorithm ED448
key pss -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048
o=$here/openssl
for key in rsa2048 rsa3072 p256 p384 p521 secp256k1 ed25519 ed448 pss; do
    issue "$o/key-$key" "/CN=$key.example.com" server
done

# One for each kind of signature.
key=p256
ca=root
issue "$o/signed-sha384-rsa" /CN=a.example.com server -md sha384
issue "$o/signed-sha512-rsa" /CN=a.example.com server -md sha512
issue "$o/signed-sha1-rsa" /CN=a.example.com server -md sha1
issue "$o/signed-md5-rsa" /CN=a.example.com server -md md5
issue "$o/signed-pss-sha256" /CN=a.example.com server -md sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest
issue "$o/signed-pss-odd-salt" /CN=a.example.com server -md sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20
ca=issuing
issue "$o/signed-sha512-ecdsa" /CN=a.example.com server -md sha512

# One for each profile of the CA/Browser Forum.
issue "$o/profile-dv" "/CN=Shop.example.com" dv
issue "$o/profile-ov" "/C=PL/ST=Zachodniopomorskie/L=Szczecin/O=Żółw i Spółka, S.A./CN=a.example.com" ov
issue "$o/profile-iv" "/C=PL/SN=Kowalski/GN=Jan/CN=a.example.com" iv
issue "$o/profile-ev" "/jurisdictionC=PL/jurisdictionST=Mazowieckie/jurisdictionL=Warszawa/businessCategory=Private Organization/serialNumber=0000123456/C=PL/postalCode=70-001/L=Szczecin/street=Długa 1\/2/O=Sklep Sp. z o.o./CN=a.example.com" ev
issue "$o/profile-smime" "/C=PL/emailAddress=Jan.Kowalski@example.com/CN=Jan Kowalski" smime
issue "$o/profile-smime-sponsor" "/C=PL/O=Sklep/organizationIdentifier=NTRPL-0000123456/GN=Jan/SN=Kowalski/CN=Jan Kowalski" sponsor
issue "$o/profile-code" "/C=PL/O=Sklep/CN=Sklep" code
issue "$o/profile-ev-code" "/C=PL/O=Sklep/serialNumber=1/CN=Sklep" evcode
issue "$o/profile-time-stamping" "/C=PL/O=Sklep/CN=Time" stamp

# Names, numbers, dates and extensions at the edges.
issue "$o/version-1" "/C=PL/CN=a.example.com" -
issue "$o/name-empty" / allnames
issue "$o/name-multiple" "/C=PL/O=Sklep+OU=Dział/DC=com+DC=example/UID=7+CN=a.example.com" server
issue "$o/name-escapes" "/O=\"Sklep\", <a>;b\\+c/CN=#a" server
issue "$o/use-all" /CN=a.example.com alluses
issue "$o/extension-unknown-critical" /CN=a.example.com unknown
issue "$o/extension-crl-issuer" /CN=a.example.com crlinside
issue "$o/date-beyond-2050" /CN=a.example.com server -startdate 20491231235959Z -enddate 20500101000000Z
issue "$o/date-no-expiry" /CN=a.example.com server -startdate 19700101000000Z -enddate 99991231235959Z
issue "$o/serial-one" /CN=a.example.com - -set_serial 1
issue "$o/serial-20-bytes" /CN=a.example.com - -set_serial 0xF0E0D0C0B0A090807060504030201000FFEEDDCC
issue "$o/serial-half-byte" /CN=a.example.com - -set_serial 0x0A1B2C
# Latin-1 in a TeletexString, and UTF-16 in a BMPString.
strings() {
    sed "s/utf8only/$1/" ca.cnf >"$1.cnf"
    openssl req -x509 -new -config "$1.cnf" -utf8 -key p256.key -subj "$2" -days 3000 -out "$o/strings-$1.pem"
}
strings nombstr "/C=PL/O=Spó0ka/CN=Café"
strings pkix "/C=PL/O=Spółka/CN=Żółw"
openssl req -x509 -new -config ca.cnf -key p256.key -subj "/CN=many.example.com" -days 3000 -out "$o/name-200.pem" \
    -addext "subjectAltName=$(seq -f DNS:n%g.example.com -s, 200)"

# Chains, as heaps in no order. tests/chains.rs says what each must give.
c=$here/chains
rsa other 2048
root other "/O=Testy/CN=Other root"
ca=root
ec above P-256
key=above; issue above "/O=Testy/CN=Above" above
ca=above; key=issuing; issue below "/O=Testy/CN=Below" above
cp issuing.key below.key
ca=below; key=p256; issue leaf /CN=shop.example.com server
cat root.pem below.pem leaf.pem above.pem >"$c/four.pem"
cat below.pem leaf.pem above.pem >"$c/no-root.pem"
cat root.pem leaf.pem above.pem >"$c/gap.pem"
cat below.pem leaf.pem below.pem root.pem above.pem leaf.pem root.pem >"$c/doubled.pem"
cat other.pem below.pem leaf.pem issuing.pem above.pem root.pem >"$c/strays.pem"
# The root of today as a CA under an older one, and a CA under two roots.
key=root; ca=other; issue crossed "/C=PL/O=Testy/CN=Test root" above
cat crossed.pem above.pem below.pem leaf.pem >"$c/crossed-without-root.pem"
cat crossed.pem above.pem below.pem leaf.pem root.pem >"$c/crossed-with-root.pem"
cat crossed.pem above.pem below.pem leaf.pem root.pem other.pem >"$c/crossed-with-both.pem"
key=above; ca=other; issue twin "/O=Testy/CN=Above" above
cat twin.pem below.pem above.pem leaf.pem root.pem >"$c/twin.pem"
# What must not be trusted.
ca=issuing; key=above; issue too-deep "/O=Testy/CN=Too deep" above
cp above.key too-deep.key
ca=too-deep; key=p256; issue leaf-too-deep /CN=shop.example.com server
cat root.pem leaf-too-deep.pem too-deep.pem issuing.pem >"$c/path-too-long.pem"
for kind in mute narrow mailonly; do
    ca=root; key=above; issue "$kind" "/O=Testy/CN=$kind" "$kind"
    cp above.key "$kind.key"
done
ca=mute; key=p256; issue l /CN=shop.example.com server
cat root.pem l.pem mute.pem >"$c/ca-may-not-sign.pem"
ca=narrow; key=p256; issue l /CN=shop.example.com server
cat root.pem l.pem narrow.pem >"$c/names-allowed.pem"
sed 's/example.com, DNS:www.shop.example.com/example.org/' ca.cnf >org.cnf
cp ca.cnf keep.cnf && cp org.cnf ca.cnf
issue l /CN=shop.example.org server
cp keep.cnf ca.cnf
cat root.pem l.pem narrow.pem >"$c/names-not-allowed.pem"
ca=mailonly; key=p256; issue l /CN=shop.example.com server
cat root.pem l.pem mailonly.pem >"$c/ca-for-mail-only.pem"
issue l "/CN=Jan" smime
cat root.pem mailonly.pem l.pem >"$c/mail.pem"
ca=issuing; key=p256; issue l "/CN=Sklep" code
cat root.pem issuing.pem l.pem >"$c/code.pem"
issue l "/CN=a.example.com" ov
cat root.pem issuing.pem l.pem >"$c/no-extended-key-usage.pem"
issue l "/CN=a.example.com" unknown
cat root.pem issuing.pem l.pem >"$c/unknown-critical.pem"
issue l /CN=shop.example.com server -startdate 20200101000000Z -enddate 20210101000000Z
cat root.pem issuing.pem l.pem >"$c/expired.pem"
issue l /CN=shop.example.com server -startdate 20490101000000Z -enddate 20500101000000Z
cat root.pem issuing.pem l.pem >"$c/not-yet.pem"
ca=root; key=above; issue old "/O=Testy/CN=Old" above -startdate 20200101000000Z -enddate 20210101000000Z
cp above.key old.key
ca=old; key=p256; issue l /CN=shop.example.com server
cat root.pem old.pem l.pem >"$c/ca-expired.pem"
ca=root; key=p256; issue l /CN=shop.example.com server -md sha1
cat root.pem l.pem >"$c/sha1.pem"
ca=p256 && openssl req -x509 -new -config ca.cnf -key p256.key -subj /CN=shop.example.com -extensions server -days 3000 -out p256.pem
cat p256.pem >"$c/self-signed.pem"
cp root.pem "$c/root.crt"
cp other.pem "$c/other.crt"

# keytool.
k=$here/keytool
keytool=$(printf %s "keytool -J-Duser.language=en -storetype PKCS12 -storepass secret -keystore k.p12")
$keytool -genkeypair -alias root -keyalg RSA -keysize 3072 -dname "CN=Java root, O=Testy, C=PL" -ext bc:c -validity 7000
$keytool -genkeypair -alias leaf -keyalg EC -groupname secp256r1 -dname "CN=tomcat.example.com, OU=Dział, O=Sklep, C=PL" \
    -ext san=dns:tomcat.example.com,ip:192.0.2.7 -ext ku=digitalSignature -ext eku=serverAuth -validity 3000
$keytool -genkeypair -alias old -keyalg RSA -keysize 2048 -sigalg SHA512withRSA -dname "CN=old.example.com" -validity 3000
$keytool -genkeypair -alias edwards -keyalg Ed25519 -dname "CN=edwards.example.com" -validity 3000
$keytool -certreq -alias leaf | $keytool -gencert -alias root -rfc -ext san=dns:tomcat.example.com -ext eku=serverAuth,clientAuth \
    -ext aia=ocsp:uri:http://ocsp.example.com,caIssuers:uri:http://ca.example.com/ca.cer \
    -ext crl=uri:http://crl.example.com/a.crl -validity 3000 >"$k/issued.pem"
for alias in root leaf old edwards; do
    $keytool -exportcert -rfc -alias "$alias" -file "$k/$alias.pem"
done 2>/dev/null

# certtool.
g=$here/certtool
cat >ca.tmpl <<'T'
organization = "Testy"
cn = "GnuTLS CA"
country = PL
ca
cert_signing_key
crl_signing_key
expiration_days = 7000
path_len = 1
T
cat >leaf.tmpl <<'T'
cn = "gnutls.example.com"
organization = "Żółw"
country = PL
dns_name = "gnutls.example.com"
dns_name = "*.gnutls.example.com"
ip_address = "192.0.2.9"
email = "jan@example.com"
uri = "https://gnutls.example.com/"
tls_www_server
tls_www_client
signing_key
encryption_key
expiration_days = 3000
serial = 0x00c0ffee
ocsp_uri = "http://ocsp.example.com"
ca_issuers_uri = "http://ca.example.com/ca.cer"
crl_dist_points = "http://crl.example.com/ca.crl"
policy1 = 2.23.140.1.2.1
T
cat >code.tmpl <<'T'
cn = "GnuTLS code"
code_signing_key
signing_key
expiration_days = 3000
T
certtool --generate-privkey --key-type rsa --bits 3072 --outfile gca.key 2>/dev/null
certtool --generate-self-signed --load-privkey gca.key --template ca.tmpl --outfile "$g/ca.pem" 2>/dev/null
for kind in ecdsa rsa ed25519 rsa-pss; do
    certtool --generate-privkey --key-type "$kind" --sec-param medium --outfile g.key 2>/dev/null
    certtool --generate-certificate --load-privkey g.key --load-ca-certificate "$g/ca.pem" --load-ca-privkey gca.key \
        --template leaf.tmpl --outfile "$g/leaf-$kind.pem" 2>/dev/null
done
certtool --generate-self-signed --load-privkey g.key --template code.tmpl --outfile "$g/code.pem" 2>/dev/null
for name in ca leaf-ecdsa leaf-rsa leaf-ed25519 leaf-rsa-pss code; do
    openssl x509 -in "$g/$name.pem" -out "$g/$name.pem"
done

# PKCS#12 and PKCS#7 by each, all with the password "secret".
p=$here/pkcs12
openssl x509 -in p256.pem -out leaf1.pem
ca=issuing; key=p256; issue leaf1 /CN=shop.example.com server
ca=issuing; key=rsa2048; issue leaf2 /CN=shop.example.com server
cat issuing.pem root.pem >issuers.pem
openssl pkcs12 -export -inkey p256.key -in leaf1.pem -certfile issuers.pem -name openssl -passout pass:secret -out "$p/openssl-modern.p12"
openssl pkcs12 -export -inkey rsa2048.key -in leaf2.pem -certfile issuers.pem -passout pass:secret -out "$p/openssl-rsa.p12"
openssl pkcs12 -export -inkey p256.key -in leaf1.pem -certfile issuers.pem -legacy -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES \
    -macalg sha1 -name openssl -passout pass:secret -out "$p/openssl-legacy.p12"
openssl pkcs12 -export -inkey p256.key -in leaf1.pem -certpbe NONE -keypbe AES-128-CBC -macalg sha512 -passout pass:secret \
    -out "$p/openssl-plain-certificates.p12"
openssl pkcs12 -export -nokeys -in issuers.pem -passout pass:secret -out "$p/openssl-no-key.p12"
openssl pkcs12 -export -inkey p256.key -in leaf1.pem -legacy -passout pass:secret -out "$p/unsupported-rc2.p12"
openssl pkcs12 -export -inkey p256.key -in leaf1.pem -nomac -passout pass:secret -out "$p/unsupported-no-mac.p12"
$keytool -importkeystore -srckeystore "$p/openssl-modern.p12" -srcstorepass secret -destkeystore "$p/keytool-modern.p12" \
    -deststorepass secret -deststoretype PKCS12 2>/dev/null
$keytool -J-Dkeystore.pkcs12.certProtectionAlgorithm=PBEWithSHA1AndDESede \
    -J-Dkeystore.pkcs12.keyProtectionAlgorithm=PBEWithSHA1AndDESede -J-Dkeystore.pkcs12.macAlgorithm=HmacPBESHA1 \
    -importkeystore -srckeystore "$p/openssl-modern.p12" -srcstorepass secret -destkeystore "$p/keytool-legacy.p12" \
    -deststorepass secret -deststoretype PKCS12 2>/dev/null
for cipher in aes-256 3des-pkcs12; do
    certtool --to-p12 --outder --load-privkey p256.key --load-certificate leaf1.pem --load-ca-certificate issuing.pem \
        --p12-name gnutls --password secret --pkcs-cipher "$cipher" --outfile "$p/certtool-$cipher.p12" 2>/dev/null
done
openssl crl2pkcs7 -nocrl -certfile leaf1.pem -certfile issuers.pem -out "$here/pkcs7/openssl.p7b"
openssl crl2pkcs7 -nocrl -certfile leaf1.pem -certfile issuers.pem -outform DER -out "$here/pkcs7/openssl-der.p7b"
echo hello | openssl cms -sign -outform DER -signer leaf1.pem -inkey p256.key -certfile issuers.pem -nodetach \
    -out "$here/pkcs7/openssl-signed.p7b"

python3 "$here/make.py" "$here" "$work"
