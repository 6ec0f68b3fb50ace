#!/usr/bin/env python3
"""Makes requests/ and keys/ afresh, with programs by others: OpenSSL 3, keytool (a JDK), GnuTLS certtool and Python's
cryptography. Spoiled and Microsoft's forms are put together here, byte by byte.

Keys are new at every run, so that the files change; what they are meant to show does not. All keys are worthless.
"""

import base64
import ipaddress
import pathlib
import shutil
import subprocess
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HERE = pathlib.Path(__file__).parent
REQUESTS = HERE / "requests"
KEYS = HERE / "keys"
PASSWORD = "secret"
WORK = pathlib.Path(tempfile.mkdtemp())


def run(*command, data=None):
    done = subprocess.run(command, input=data, capture_output=True, cwd=WORK)
    if done.returncode:
        raise SystemExit(f"{command}: {done.stderr.decode()}")
    return done.stdout


def openssl(arguments, **options):
    return run("openssl", *arguments.split(), **options)


# OpenSSL


CONFIG = """
[req]
distinguished_name = {subject}
prompt = no
utf8 = yes
string_mask = {mask}
{options}
[plain]
C = PL
O = Kwiaty
CN = kwiaty.pl
[only]
CN = kwiaty.pl
[none]
[polish]
C = PL
ST = łódzkie
L = Łódź
street = Piotrkowska 1
postalCode = 90-001
O = Żółty Żółw sp. z o.o.
0.OU = Sprzedaż
1.OU = Księgowość
CN = żółw.pl
emailAddress = jan@kwiaty.pl
[ev]
businessCategory = Private Organization
jurisdictionC = PL
jurisdictionST = mazowieckie
jurisdictionL = Warszawa
serialNumber = 0000123456
C = PL
ST = mazowieckie
L = Warszawa
street = ul. Prosta 1
postalCode = 00-950
O = Kwiaty S.A.
CN = kwiaty.pl
[person]
C = PL
GN = Jan
SN = Nowak
title = dyrektor
initials = JN
pseudonym = jn
dnQualifier = 7
UID = jnowak
description = opis
CN = Jan Nowak
emailAddress = jan@kwiaty.pl
[domain]
0.DC = pl
1.DC = kwiaty
CN = serwer
[device]
CN = router
unstructuredName = router.kwiaty.pl
unstructuredAddress = 1.1.1.1
[names]
0.CN = first.kwiaty.pl
1.CN = second.kwiaty.pl
[multi]
O = Kwiaty
CN = kwiaty.pl
+emailAddress = jan@kwiaty.pl
[custom]
0.1.3.6.1.4.1.55555.1 = custom
CN = kwiaty.pl
[odd]
O = A, B + C = "D" <E> \\; \\\\ / #F
CN = kwiaty.pl
"""


def req(name, key, subject="plain", mask="utf8only", options="", extensions="", attributes="", more="-sha256"):
    sections = CONFIG.format(subject=subject, mask=mask, options=options)
    if extensions:
        sections = sections.replace("[plain]", f"req_extensions = wanted\n[wanted]\n{extensions}\n[plain]", 1)
    if attributes:
        sections = sections.replace("[plain]", f"[attributes]\n{attributes}\n[plain]", 1)
        sections = sections.replace("prompt = no", "prompt = no\nattributes = attributes", 1)
    (WORK / "c.cnf").write_text(sections)
    if not (WORK / f"{key}.key").exists():
        new_key(key)
    run("openssl", "req", "-new", "-config", "c.cnf", "-key", f"{key}.key", *more.split(), "-out", "r.pem")
    shutil.copy(WORK / "r.pem", REQUESTS / f"{name}.pem")


ALGORITHMS = {
    "rsa1024": "RSA -pkeyopt rsa_keygen_bits:1024",
    "rsa2048": "RSA -pkeyopt rsa_keygen_bits:2048",
    "rsa3072": "RSA -pkeyopt rsa_keygen_bits:3072",
    "rsa4096": "RSA -pkeyopt rsa_keygen_bits:4096",
    "rsa2047": "RSA -pkeyopt rsa_keygen_bits:2047",
    "rsae3": "RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3",
    "rsapss": "RSA-PSS -pkeyopt rsa_keygen_bits:2048",
    "p224": "EC -pkeyopt ec_paramgen_curve:P-224",
    "p256": "EC -pkeyopt ec_paramgen_curve:P-256",
    "p384": "EC -pkeyopt ec_paramgen_curve:P-384",
    "p521": "EC -pkeyopt ec_paramgen_curve:P-521",
    "secp256k1": "EC -pkeyopt ec_paramgen_curve:secp256k1",
    "brainpool": "EC -pkeyopt ec_paramgen_curve:brainpoolP256r1",
    "explicit": "EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit",
    "ed25519": "ED25519",
    "ed448": "ED448",
}


def new_key(name):
    openssl(f"genpkey -algorithm {ALGORITHMS[name]} -out {name}.key")


SAN = "subjectAltName = DNS:kwiaty.pl, DNS:www.kwiaty.pl"


def from_openssl():
    for key in ("rsa1024", "rsa2047", "rsa2048", "rsa3072", "rsa4096", "rsae3", "p224", "p256", "p384", "p521"):
        req(f"openssl-{key}", key, extensions=SAN)
    for key in ("secp256k1", "brainpool", "explicit"):
        req(f"openssl-{key}", key)
    for key in ("ed25519", "ed448"):
        req(f"openssl-{key}", key, more="")
    for digest in ("md5", "sha1", "sha384", "sha512"):
        req(f"openssl-rsa2048-{digest}", "rsa2048", more=f"-{digest}")
    req("openssl-p256-sha1", "p256", more="-sha1")
    req("openssl-p384-sha384", "p384", more="-sha384")
    pss = "-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:"
    req("openssl-pss-sha256", "rsa2048", more=pss + "digest")
    req("openssl-pss-longest-salt", "rsa2048", more=pss + "max")
    req("openssl-pss-key", "rsapss", more="-sha256")

    req("openssl-utf8", "p256", "polish")
    req("openssl-bmp", "p256", "polish", mask="MASK:0x0802")
    req("openssl-teletex", "p256", "plain", mask="MASK:0x0004")
    req("openssl-printable", "p256", "plain", mask="nombstr")
    req("openssl-ev", "p256", "ev", extensions=SAN)
    req("openssl-person", "p256", "person")
    req("openssl-domain-component", "p256", "domain")
    req("openssl-device", "p256", "device")
    req("openssl-two-common-names", "p256", "names")
    req("openssl-multi-valued", "p256", "multi")
    req("openssl-custom-attribute", "p256", "custom")
    req("openssl-special-characters", "p256", "odd")
    req("openssl-no-subject", "p256", more="-sha256 -subj /", extensions=SAN.replace("= ", "= critical, "))

    every = ", ".join([
        "DNS:Kwiaty.PL", "DNS:*.kwiaty.pl", "DNS:xn--w-uga1v8h.pl", "IP:1.1.1.1", "IP:2a00:1450::1",
        "email:jan@kwiaty.pl", "URI:https://kwiaty.pl/", "RID:1.2.3.4", "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:jan",
        "dirName:only",
    ])
    req("openssl-every-name", "p256", extensions=f"subjectAltName = {every}")
    many = ", ".join(f"DNS:host-{number}.kwiaty.pl" for number in range(250))
    req("openssl-250-names", "p256", extensions=f"subjectAltName = {many}")
    req("openssl-private-names", "p256", extensions="subjectAltName = DNS:serwer.local, IP:10.0.0.1, DNS:serwer")
    req("openssl-extensions", "rsa2048", extensions="\n".join([
        SAN, "basicConstraints = critical, CA:FALSE", "keyUsage = critical, digitalSignature, keyEncipherment",
        "extendedKeyUsage = serverAuth, clientAuth", "tlsfeature = status_request",
        "certificatePolicies = 2.23.140.1.2.1", "subjectKeyIdentifier = hash",
        "1.3.6.1.4.1.55555.2 = critical, ASN1:UTF8String:unknown",
    ]))
    req("openssl-challenge-password", "p256", attributes="challengePassword = hunter22", extensions=SAN)
    req("openssl-unstructured-attribute", "p256", attributes="unstructuredName = An optional company name")
    req("openssl-empty-attributes", "p256", "only")
    openssl("req -in r.pem -newhdr -text -out new.pem")
    shutil.copy(WORK / "new.pem", REQUESTS / "openssl-text-and-new-label.pem")
    openssl("req -in r.pem -outform DER -out r.der")
    shutil.copy(WORK / "r.der", REQUESTS / "openssl-der.der")


# keytool


def from_keytool():
    cases = {
        "rsa2048": "-keyalg RSA -keysize 2048",
        "rsa4096-sha512": "-keyalg RSA -keysize 4096 -sigalg SHA512withRSA",
        "pss": "-keyalg RSA -keysize 2048 -sigalg RSASSA-PSS",
        "p256": "-keyalg EC -groupname secp256r1",
        "p384": "-keyalg EC -groupname secp384r1",
        "ed25519": "-keyalg Ed25519",
        "dsa2048": "-keyalg DSA -keysize 2048",
    }
    for name, options in cases.items():
        store = WORK / "k.p12"
        store.unlink(missing_ok=True)
        common = ("-keystore", "k.p12", "-storepass", "secret1", "-alias", "k")
        subject = "CN=kwiaty.pl, OU=Sprzedaż, O=Kwiaty, L=Łódź, ST=łódzkie, C=PL"
        options = options.split()
        run("keytool", "-J-Dfile.encoding=UTF-8", "-J-Dsun.jnu.encoding=UTF-8", "-genkeypair", *common, *options,
            "-dname", subject)
        signing = options[options.index("-sigalg"):] if "-sigalg" in options else []
        names = () if name == "rsa2048" else ("-ext", "san=dns:kwiaty.pl,dns:www.kwiaty.pl,ip:1.1.1.1")
        run("keytool", "-certreq", *common, *signing, *names, "-file", "r.pem")
        shutil.copy(WORK / "r.pem", REQUESTS / f"keytool-{name}.pem")


# certtool


TEMPLATE = """
country = "PL"
state = "łódzkie"
locality = "Łódź"
organization = "Kwiaty"
unit = "Sprzedaż"
cn = "kwiaty.pl"
dns_name = "kwiaty.pl"
dns_name = "*.kwiaty.pl"
ip_address = "1.1.1.1"
email = "jan@kwiaty.pl"
{more}
"""


def from_certtool():
    cases = {
        "rsa2048": ("--key-type rsa --bits 2048", "", ""),
        "rsa3072-sha384": ("--key-type rsa --bits 3072", "", "--hash SHA384"),
        "pss": ("--key-type rsa --bits 2048", "", "--sign-params rsa-pss --hash SHA256"),
        "p256": ("--key-type ecdsa --curve secp256r1", "", ""),
        "p521": ("--key-type ecdsa --curve secp521r1", "", "--hash SHA512"),
        "ed25519": ("--key-type ed25519", "", ""),
        "usages": (
            "--key-type ecdsa --curve secp256r1",
            "tls_www_server\nsigning_key\nencryption_key\nchallenge_password = hunter22",
            "",
        ),
    }
    for name, (key, more, signing) in cases.items():
        (WORK / "t.cfg").write_text(TEMPLATE.format(more=more))
        run("certtool", "--generate-privkey", *key.split(), "--outfile", "k.pem")
        run("certtool", "--generate-request", "--load-privkey", "k.pem", "--template", "t.cfg", *signing.split(),
            "--outfile", "r.pem")
        shutil.copy(WORK / "r.pem", REQUESTS / f"certtool-{name}.pem")


# Python's cryptography


def pem(der, label="CERTIFICATE REQUEST", columns=64, end="\n"):
    text = base64.b64encode(der).decode()
    lines = [text[i : i + columns] for i in range(0, len(text), columns)]
    return end.join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def from_cryptography():
    p256 = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "PL"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Żółw"),
        x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, "NTRPL-0000123456"),
        x509.NameAttribute(NameOID.UNSTRUCTURED_NAME, "kwiaty.pl"),
        x509.NameAttribute(NameOID.COMMON_NAME, "kwiaty.pl"),
    ])
    names = x509.SubjectAlternativeName([
        x509.DNSName("kwiaty.pl"), x509.IPAddress(ipaddress.ip_address("2a00:1450::1")), x509.RFC822Name("jan@kwiaty.pl"),
    ])
    plain = x509.CertificateSigningRequestBuilder().subject_name(name)
    cases = {
        "plain": (plain, p256, hashes.SHA256()),
        "names": (plain.add_extension(names, critical=False), p256, hashes.SHA512()),
        "critical-names": (plain.add_extension(names, critical=True), p256, hashes.SHA256()),
        "ca": (plain.add_extension(x509.BasicConstraints(True, 0), critical=True), p256, hashes.SHA256()),
        "usages": (
            plain.add_extension(names, critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.OCSPNoCheck(), critical=False),
            p256, hashes.SHA256(),
        ),
        "attribute": (
            plain.add_attribute(x509.oid.AttributeOID.CHALLENGE_PASSWORD, b"hunter22"), p256, hashes.SHA256(),
        ),
        "rsa-sha384": (plain, rsa.generate_private_key(65537, 2048), hashes.SHA384()),
        "rsa-8192": (plain, rsa.generate_private_key(65537, 8192), hashes.SHA256()),
        "ed25519": (plain, ed25519.Ed25519PrivateKey.generate(), None),
        "dsa": (plain, dsa.generate_private_key(2048), hashes.SHA256()),
        "empty-name": (
            x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])), p256, hashes.SHA256(),
        ),
    }
    for case, (builder, key, digest) in cases.items():
        request = builder.sign(key, digest)
        (REQUESTS / f"cryptography-{case}.pem").write_bytes(request.public_bytes(serialization.Encoding.PEM))


# Microsoft's forms


def tlv(tag, *contents):
    body = b"".join(contents)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def oid(dotted):
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    body = bytes([first * 40 + second])
    for arc in rest:
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        body += bytes(reversed(groups))
    return tlv(0x06, body)


def attribute(dotted, *values):
    return tlv(0x30, oid(dotted), tlv(0x31, *values))


def extension(dotted, value, critical=False):
    return tlv(0x30, oid(dotted), b"\x01\x01\xff" if critical else b"", tlv(0x04, value))


RSA_KEY = rsa.generate_private_key(65537, 2048)


def signed(subject, attributes, version=b"\x02\x01\x00", spki=None):
    """A request by hand, signed with RSA and SHA-256."""
    spki = spki or RSA_KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    info = tlv(0x30, version, subject, spki, attributes)
    signature = RSA_KEY.sign(info, padding.PKCS1v15(), hashes.SHA256())
    return tlv(0x30, info, tlv(0x30, oid("1.2.840.113549.1.1.11"), b"\x05\x00"), tlv(0x03, b"\0", signature))


def subject(*attributes):
    return tlv(0x30, *(tlv(0x31, tlv(0x30, oid(dotted), value)) for dotted, value in attributes))


def bmp(text):
    return tlv(0x1E, text.encode("utf-16-be"))


NAMES = tlv(0x30, tlv(0x82, b"kwiaty.pl"), tlv(0x82, b"www.kwiaty.pl"))


def from_microsoft():
    """What certreq.exe and IIS put into requests, attribute by attribute."""
    version = attribute("1.3.6.1.4.1.311.13.2.3", tlv(0x16, b"10.0.20348.2"))
    client = attribute(
        "1.3.6.1.4.1.311.21.20",
        tlv(0x30, b"\x02\x01\x05", tlv(0x0C, b"SERWER"), tlv(0x0C, b"KWIATY\\Administrator"), tlv(0x0C, b"certreq.exe")),
    )
    provider = attribute(
        "1.3.6.1.4.1.311.13.2.2",
        tlv(0x30, b"\x02\x01\x01", bmp("Microsoft RSA SChannel Cryptographic Provider"), b"\x03\x01\x00"),
    )
    usages = extension("2.5.29.15", b"\x03\x02\x05\xa0", critical=True)
    purposes = extension("2.5.29.37", tlv(0x30, oid("1.3.6.1.5.5.7.3.1")))
    policies = extension("1.3.6.1.4.1.311.21.10", tlv(0x30, tlv(0x30, oid("1.3.6.1.5.5.7.3.1"))))
    template = extension("1.3.6.1.4.1.311.20.2", bmp("WebServer"))
    template_v2 = extension(
        "1.3.6.1.4.1.311.21.7",
        tlv(0x30, oid("1.3.6.1.4.1.311.21.8.8812345.1234567.1234.12.34.123.1.16"), b"\x02\x01\x64\x02\x01\x03"),
    )
    capabilities = extension("1.2.840.113549.1.9.15", tlv(0x30, tlv(0x30, oid("2.16.840.1.101.3.4.1.42"))))
    names = extension("2.5.29.17", NAMES)
    name = subject(
        ("2.5.4.6", tlv(0x13, b"PL")), ("2.5.4.8", bmp("łódzkie")), ("2.5.4.10", tlv(0x13, b"Kwiaty")),
        ("2.5.4.3", tlv(0x13, b"kwiaty.pl")),
    )
    label = "NEW CERTIFICATE REQUEST"

    def write(case, *attributes):
        (REQUESTS / f"microsoft-{case}.pem").write_text(pem(signed(name, tlv(0xA0, *attributes)), label, end="\r\n"))

    modern = attribute("1.2.840.113549.1.9.14", tlv(0x30, usages, purposes, policies, names, capabilities))
    write("certreq", version, client, provider, modern)
    write("certreq-template", version, client, provider, attribute("1.2.840.113549.1.9.14", tlv(0x30, template, names)))
    write("template-v2", version, attribute("1.2.840.113549.1.9.14", tlv(0x30, template_v2, purposes, names)))
    older = attribute("1.3.6.1.4.1.311.2.1.14", tlv(0x30, usages, purposes, names))
    write("iis6", version, older, provider)
    write("both-attributes", attribute("1.3.6.1.4.1.311.2.1.14", tlv(0x30, usages)), modern)


# Spoiled copies


def spoiled():
    name = subject(("2.5.4.3", tlv(0x0C, b"kwiaty.pl")))
    extensions = attribute("1.2.840.113549.1.9.14", tlv(0x30, extension("2.5.29.17", NAMES)))
    good = signed(name, tlv(0xA0, extensions))
    text = pem(good)

    def write(case, contents):
        contents = contents.encode() if isinstance(contents, str) else contents
        (REQUESTS / f"spoiled-{case}").write_bytes(contents)

    # Readable, and the same request: the name starts with "same".
    (REQUESTS / "spoiled-original.pem").write_text(text)
    write("same-bom-crlf.pem", ("\ufeff" + text).replace("\n", "\r\n"))
    write("same-one-line.pem", pem(good, columns=10_000))
    write("same-76-columns.pem", pem(good, columns=76))
    write("same-blank-lines.pem", text.replace("\n", "\n\n"))
    write("same-indented.txt", "Hello,\n\n" + "".join(f"    {line}  \n" for line in text.splitlines()) + "Regards\n")
    write("same-bare.txt", base64.b64encode(good))
    write("same-url.txt", base64.urlsafe_b64encode(good).rstrip(b"="))
    write("same-quoted-printable.eml", text.replace("=", "=3D").replace("A", "=\n=41", 3))
    write("same-html.html", "<p>" + text.replace("+", "&#43;").replace("/", "&#47;").replace("\n", "<br>\n") + "</p>")
    write("same-utf16.txt", text.encode("utf-16"))
    write("same-no-end.pem", text.split("-----END")[0])

    # Readable, but not to be trusted.
    body = good[:-5] + bytes([good[-5] ^ 1]) + good[-4:]
    write("signature.pem", pem(body))
    write("changed-name.pem", pem(good.replace(b"kwiaty.pl", b"kwiatx.pl", 1)))
    e = RSA_KEY.public_key().public_numbers()
    negative = tlv(0x02, e.n.to_bytes(256, "big"))
    rsa_oid = tlv(0x30, oid("1.2.840.113549.1.1.1"), b"\x05\x00")
    spki = tlv(0x30, rsa_oid, tlv(0x03, b"\0", tlv(0x30, negative, b"\x02\x03\x01\x00\x01")))
    write("negative-modulus.pem", pem(signed(name, tlv(0xA0, extensions), spki=spki)))

    # Unreadable.
    write("cut-off.pem", text[: len(text) // 2])
    write("cut-off-inside.pem", pem(good[:-100]))
    write("cut-off.der", good[:-1])
    write("trailing.der", good + b"\0")
    write("version.pem", pem(signed(name, tlv(0xA0, extensions), version=b"\x02\x01\x01")))
    write("character.pem", text.replace(text.splitlines()[3], text.splitlines()[3].replace("A", "*", 1).replace("B", "*", 1).replace("C", "*", 1)))
    write("two.pem", text + text)
    write("indefinite.der", b"\x30\x80" + good[4:] + b"\0\0")
    write("names.pem", pem(signed(name, tlv(0xA0, attribute(
        "1.2.840.113549.1.9.14", tlv(0x30, extension("2.5.29.17", NAMES[:-1])))))))
    certificate = openssl(f"req -x509 -key {WORK}/p256.key -subj /CN=kwiaty.pl -days 3650")
    write("certificate.pem", certificate)
    write("certificate-relabelled.pem", certificate.replace(b"CERTIFICATE", b"CERTIFICATE REQUEST"))
    write("key-inside.pem", text.encode() + (WORK / "p256.key").read_bytes())


# Keys


def keys():
    def write(name, contents):
        (KEYS / name).write_bytes(contents)

    for name in ("rsa2048", "rsa3072", "rsa4096", "p256", "p384"):
        write(f"openssl-pkcs8-{name}.pem", (WORK / f"{name}.key").read_bytes())
        write(f"openssl-traditional-{name}.pem", openssl(f"pkey -in {name}.key -traditional"))
    for name in ("rsa2048", "p256"):
        write(f"openssl-pkcs8-{name}.der", openssl(f"pkcs8 -topk8 -nocrypt -in {name}.key -outform DER"))
        write(f"openssl-traditional-{name}.der", openssl(f"pkey -in {name}.key -traditional -outform DER"))
    openssl("ecparam -name prime256v1 -genkey -out parameters.key")
    write("openssl-ecparam-p256.pem", (WORK / "parameters.key").read_bytes())

    encrypt = f"pkcs8 -topk8 -in p256.key -passout pass:{PASSWORD}"
    for cipher in ("aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "des3"):
        write(f"openssl-encrypted-{cipher}.pem", openssl(f"{encrypt} -v2 {cipher}"))
    for digest in ("SHA1", "SHA224", "SHA384", "SHA512"):
        write(f"openssl-encrypted-{digest.lower()}.pem", openssl(f"{encrypt} -v2 aes256 -v2prf hmacWith{digest}"))
    write("openssl-encrypted-scrypt.pem", openssl(f"{encrypt} -scrypt"))
    write("openssl-encrypted-rsa2048.der", openssl(f"{encrypt.replace('p256', 'rsa2048')} -outform DER"))
    write("openssl-encrypted-100000-rounds.pem", openssl(f"{encrypt} -iter 100000"))

    run("certtool", "--generate-privkey", "--key-type", "rsa", "--bits", "2048", "--outfile", "k.pem")
    write("certtool-rsa2048.pem", (WORK / "k.pem").read_bytes())
    run("certtool", "--generate-privkey", "--key-type", "ecdsa", "--curve", "secp384r1", "--outfile", "k.pem")
    write("certtool-p384.pem", (WORK / "k.pem").read_bytes())
    for cipher in ("aes-128", "aes-256", "3des"):
        write(f"certtool-encrypted-{cipher}.pem", run(
            "certtool", "--to-p8", "--load-privkey", "k.pem", "--password", PASSWORD, "--pkcs-cipher", cipher))

    best = serialization.BestAvailableEncryption(PASSWORD.encode())
    none = serialization.NoEncryption()
    formats = serialization.PrivateFormat
    encoding = serialization.Encoding
    for name, key in (("p256", ec.generate_private_key(ec.SECP256R1())), ("rsa2048", RSA_KEY)):
        write(f"cryptography-encrypted-{name}.pem", key.private_bytes(encoding.PEM, formats.PKCS8, best))
        write(f"cryptography-traditional-{name}.pem", key.private_bytes(encoding.PEM, formats.TraditionalOpenSSL, none))
        write(f"cryptography-pkcs8-{name}.der", key.private_bytes(encoding.DER, formats.PKCS8, none))

    run("keytool", "-genkeypair", "-keystore", "keys.p12", "-storepass", "secret1", "-alias", "k", "-keyalg", "RSA",
        "-keysize", "3072", "-dname", "CN=kwiaty.pl")
    openssl("pkcs12 -in keys.p12 -passin pass:secret1 -nocerts -nodes -out exported.pem")
    write("keytool-exported-rsa3072.pem", (WORK / "exported.pem").read_bytes())

    # What is refused, by name.
    for name in ("rsa1024", "p521", "secp256k1", "ed25519", "rsapss"):
        write(f"refused-{name}.pem", (WORK / f"{name}.key").read_bytes())
    write("refused-legacy-encryption.pem", openssl(
        f"rsa -in rsa2048.key -traditional -aes256 -passout pass:{PASSWORD}"))
    write("refused-pbes1.pem", openssl(f"{encrypt} -v1 PBE-SHA1-3DES"))
    write("refused-public.pem", openssl("pkey -in p256.key -pubout"))
    write("refused-store.p12", (WORK / "keys.p12").read_bytes())
    openssh = ec.generate_private_key(ec.SECP256R1()).private_bytes(encoding.PEM, formats.OpenSSH, none)
    write("refused-openssh.pem", openssh)
    cheap = openssl(f"{encrypt} -iter 65537 -outform DER")
    write("refused-rounds.der", cheap.replace(b"\x02\x03\x01\x00\x01", b"\x02\x03\x7f\xff\xff"))
    scrypt = openssl(f"{encrypt} -scrypt -outform DER")
    # N = 2^14 and r = 8; 15,000 is as long in DER as 16,384.
    write("refused-scrypt-n.der", scrypt.replace(b"\x02\x02\x40\x00", b"\x02\x02\x3a\x98"))
    write("refused-scrypt-r.der", scrypt.replace(b"\x02\x01\x08\x02\x01\x01", b"\x02\x01\x7f\x02\x01\x7f"))
    good = (WORK / "p256.key").read_text()
    write("refused-two.pem", (good + good).encode())
    write("refused-cut-off.pem", good[: len(good) // 2].encode())


def main():
    for directory in (REQUESTS, KEYS):
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir()
    from_openssl()
    from_keytool()
    from_certtool()
    from_cryptography()
    from_microsoft()
    spoiled()
    keys()
    shutil.rmtree(WORK)


if __name__ == "__main__":
    main()
