"""Python's cryptography on certificate requests. `python cryptography_requests.py DIRECTORY`

Takes lines from its standard input and answers each with one: the name of a work and a number with the processor time of
so much work in nanoseconds, `values 0` with what was read out of the request, as JSON.
"""

import json
import sys
import time
from pathlib import Path

import cryptography
from cryptography import x509
from cryptography.hazmat.backends.openssl import backend
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID


def main():
    directory = Path(sys.argv[1])
    rsa_2048 = (directory / "rsa-2048.pem").read_bytes()
    p256 = (directory / "p256.pem").read_bytes()

    def decode():
        request = x509.load_pem_x509_csr(p256)
        common_name = request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[-1].value
        names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        key = request.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return common_name, names.get_values_for_type(x509.DNSName), key

    def verify(pem):
        if not x509.load_pem_x509_csr(pem).is_signature_valid:
            raise ValueError("a good signature is refused")

    works = {
        "decode": decode,
        "verify-rsa-2048": lambda: verify(rsa_2048),
        "verify-p256": lambda: verify(p256),
        "generate-rsa-2048": lambda: rsa.generate_private_key(65537, 2048),
        "generate-p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    }

    def timed(work, times):
        before = time.process_time_ns()
        for _ in range(times):
            work()
        return time.process_time_ns() - before

    def values():
        common_name, names, key = decode()
        return json.dumps({"common_name": common_name, "names": names, "key": key.hex()})

    version = f"cryptography {cryptography.__version__}, Python {sys.version.split()[0]}"
    print(f"{version}, {backend.openssl_version_text()}", flush=True)
    for line in sys.stdin:
        what, times = line.split()
        print(values() if what == "values" else timed(works[what], int(times)), flush=True)


main()
