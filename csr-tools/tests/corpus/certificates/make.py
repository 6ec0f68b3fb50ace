"""Makes the part of the corpus that Python's cryptography makes, and the spoiled copies. `make.sh` calls it."""

import datetime
import ipaddress
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

here, work = Path(sys.argv[1]), Path(sys.argv[2])
NOW = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def name(*attributes):
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])


def build(subject, key, extensions, issuer=None, digest=hashes.SHA256(), serial=None, **signing):
    issuer_name, issuer_key = issuer or (subject, key)
    builder = x509.CertificateBuilder(
        issuer_name, subject, key.public_key(), serial or x509.random_serial_number(),
        NOW, NOW + datetime.timedelta(days=4000))
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(issuer_key, digest, **signing)


SAN, EKU = x509.SubjectAlternativeName, x509.ExtendedKeyUsage
root_key = ec.generate_private_key(ec.SECP384R1())
root_name = name((NameOID.COUNTRY_NAME, "PL"), (NameOID.COMMON_NAME, "Python root"))
root = build(root_name, root_key, [
    (x509.BasicConstraints(True, None), True),
    (x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), False),
], digest=hashes.SHA384())
issuer = (root_name, root_key)
key = ec.generate_private_key(ec.SECP256R1())
rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
host = name((NameOID.COMMON_NAME, "python.example.com"))
made = {
    "root": root,
    "tls-feature": build(host, key, [
        (SAN([x509.DNSName("python.example.com")]), False),
        (x509.TLSFeature([x509.TLSFeatureType.status_request]), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), False),
    ], issuer),
    "policies": build(host, key, [
        (x509.CertificatePolicies([
            x509.PolicyInformation(x509.ObjectIdentifier("2.23.140.1.2.2"), [
                "https://example.com/cps", x509.UserNotice(None, "notice")]),
            x509.PolicyInformation(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), None)]), False),
        (x509.InhibitAnyPolicy(0), True),
    ], issuer),
    "names": build(host, key, [(SAN([
        x509.IPAddress(ipaddress.ip_address("2001:db8::7")), x509.DNSName("*.python.example.com"),
        x509.RFC822Name("jan@example.com"), x509.UniformResourceIdentifier("urn:x:y"),
        x509.RegisteredID(x509.ObjectIdentifier("1.2.3")),
        x509.DirectoryName(name((NameOID.ORGANIZATION_NAME, "Sklep")))]), True)], issuer),
    "identity": build(name(
        (NameOID.COUNTRY_NAME, "PL"), (NameOID.ORGANIZATION_NAME, "Zażółć gęślą jaźń"),
        (NameOID.ORGANIZATION_IDENTIFIER, "VATPL-1234567890"), (NameOID.PSEUDONYM, "kot"),
        (NameOID.TITLE, "Prezes"), (NameOID.COMMON_NAME, "Jan Żółw")), key, [
            (EKU([ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.SMARTCARD_LOGON]), False)], issuer),
    "access": build(host, rsa_key, [
        (x509.AuthorityInformationAccess([
            x509.AccessDescription(x509.AuthorityInformationAccessOID.CA_ISSUERS,
                                   x509.UniformResourceIdentifier("http://a.example.com/a.p7c")),
            x509.AccessDescription(x509.AuthorityInformationAccessOID.OCSP,
                                   x509.UniformResourceIdentifier("http://a.example.com/ocsp")),
            x509.AccessDescription(x509.AuthorityInformationAccessOID.OCSP,
                                   x509.UniformResourceIdentifier("http://b.example.com/ocsp"))]), False),
        (x509.FreshestCRL([x509.DistributionPoint(
            [x509.UniformResourceIdentifier("http://a.example.com/delta.crl")], None, None, None)]), False),
    ], issuer),
    "pss": build(host, rsa_key, [], None, hashes.SHA512(),
                 rsa_padding=padding.PSS(padding.MGF1(hashes.SHA512()), padding.PSS.DIGEST_LENGTH)),
    "poison": build(host, key, [(x509.PrecertPoison(), True)], issuer),
    "sha3": build(host, key, [], issuer, hashes.SHA3_256()),
}
edwards = ed25519.Ed25519PrivateKey.generate()
made["ed25519"] = build(host, edwards, [(x509.BasicConstraints(False, None), True)], None, None)
for label, certificate in made.items():
    (here / "cryptography" / f"{label}.pem").write_bytes(pem(certificate))

leaf = made["names"]
for label, encryption in {
    "modern": serialization.BestAvailableEncryption(b"secret"),
    "legacy": serialization.PrivateFormat.PKCS12.encryption_builder().kdf_rounds(3000)
    .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC).hmac_hash(hashes.SHA1()).build(b"secret"),
}.items():
    (here / "pkcs12" / f"cryptography-{label}.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(b"python", key, leaf, [root], encryption))
(here / "pkcs7" / "cryptography.p7b").write_bytes(
    pkcs7.serialize_certificates([leaf, root], serialization.Encoding.DER))

# Spoiled copies: what the file's name starts with is what must happen.
spoiled = here / "spoiled"
good = made["names"].public_bytes(serialization.Encoding.DER)
text = pem(made["names"])


def at(fragment, offset=0):
    return good.index(fragment) + offset


def changed(index, bits=1):
    copy = bytearray(good)
    copy[index] ^= bits
    return bytes(copy)


def lengthened(der, extra):
    """The outer SEQUENCE with `extra` behind its contents, and a length that says so."""
    contents = der[4:] + extra
    return b"\x30\x82" + len(contents).to_bytes(2) + contents


doubled = x509.CertificateBuilder(
    root_name, host, key.public_key(), 7, NOW, NOW + datetime.timedelta(days=1)).add_extension(
        SAN([x509.DNSName("a.example.com")]), False).add_extension(
            x509.IssuerAlternativeName([x509.DNSName("a.example.com")]), False).sign(root_key, hashes.SHA256())
doubled = bytearray(doubled.public_bytes(serialization.Encoding.DER))
doubled[doubled.index(bytes.fromhex("551d12")) + 2] = 0x11

for label, contents in {
    "unreadable-cut.der": good[:-1],
    "unreadable-half.der": good[:len(good) // 2],
    "unreadable-trailing.der": good + b"\0",
    "unreadable-fourth-field.der": lengthened(good, b"\x05\x00"),
    "unreadable-indefinite-length.der": b"\x30\x80" + good[4:] + b"\0\0",
    "unreadable-long-length.der": b"\x30\x83\x00" + good[2:],
    "unreadable-doubled-extension.der": bytes(doubled),
    "unreadable-address-of-3-bytes.der": good.replace(
        b"\x87\x10" + ipaddress.ip_address("2001:db8::7").packed, b"\x87\x03\1\2\3" + b"\x88\x0b" + b"\x01" * 11),
    "unreadable-month-13.der": good.replace(b"260102030405Z", b"261302030405Z"),
    "unreadable-two-algorithms.der": good.replace(
        bytes.fromhex("300a06082a8648ce3d040302"), bytes.fromhex("300a06082a8648ce3d040303"), 1),
    "unreadable-empty.der": b"",
    "unreadable-noise.der": bytes(range(256)),
    "unreadable-base64.pem": text.replace(b"M", b"!", 5),
    "unreadable-no-end.pem": text[:len(text) // 2],
    "unreadable-label.pem": text.replace(b"CERTIFICATE", b"CERTIFICAT"),
    "unreadable-other-end.pem": text.replace(b"END CERTIFICATE", b"END PUBLIC KEY"),
    "wrong-signature-last-byte.der": changed(-1),
    "wrong-signature-name.der": changed(at(b"python.example.com")),
    "wrong-signature-serial.der": changed(at(b"\x02\x14", 5)) if b"\x02\x14" in good else changed(20),
    "wrong-signature-date.der": good.replace(b"260102030405Z", b"250102030405Z"),
    "wrong-signature-key.der": good.replace(
        key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint),
        root_key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)[:65]),
    "untidy-crlf.pem": b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"),
    "untidy-indented.pem": b"Dear all,\n" + text.replace(b"\n", b"  \n\n\t") + b"regards",
    "untidy-one-line.pem": text.replace(b"\n", b"").replace(b"-----M", b"-----\nM").replace(b"-----END", b"\n-----END"),
    "untidy-bare.pem": b"".join(text.splitlines()[1:-1]),
}.items():
    (spoiled / label).write_bytes(contents)
