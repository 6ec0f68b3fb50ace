#!/usr/bin/env python3
"""Makes weak-keys/: requests whose RSA keys are weak, and near misses. Plain integers, no library.

Deterministic: the same seed gives the same files. The keys are worthless.
"""

import base64
import hashlib
import pathlib
import random

HERE = pathlib.Path(__file__).parent
OUT = HERE / "weak-keys"
RANDOM = random.Random(20170136)


def is_prime(n):
    for p in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        if n % p == 0:
            return n == p
    d, s = n - 1, 0
    while d % 2 == 0:
        d, s = d // 2, s + 1
    for _ in range(24):
        x = pow(RANDOM.randrange(2, n - 1), d, n)
        if x in (1, n - 1):
            continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def next_prime(n):
    n |= 1
    while not is_prime(n):
        n += 2
    return n


def prime(bits):
    """A prime whose two highest bits are set, so that products have all their bits."""
    return next_prime(RANDOM.getrandbits(bits) | 3 << (bits - 2))


def tlv(tag, *contents):
    body = b"".join(contents)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def integer(n):
    return tlv(0x02, n.to_bytes(n.bit_length() // 8 + 1, "big"))


RSA = bytes.fromhex("300d06092a864886f70d0101010500")
SHA256_WITH_RSA = bytes.fromhex("300d06092a864886f70d01010b0500")
DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def request(name, primes, e=65537, d=None):
    """Signs as a private key with these primes would. Without a private exponent, the signature is zeros."""
    n = 1
    phi = 1
    for p in primes:
        n, phi = n * p, phi * (p - 1)
    if d is None:
        try:
            d = pow(e, -1, phi)
        except ValueError:
            pass
    key = tlv(0x30, RSA, tlv(0x03, b"\0", tlv(0x30, integer(n), integer(e))))
    common_name = tlv(0x30, bytes.fromhex("0603550403"), tlv(0x0C, b"shop.certum-corpus.pl"))
    names = tlv(0x30, tlv(0x82, b"shop.certum-corpus.pl"))
    extension = tlv(0x30, bytes.fromhex("0603551d11"), tlv(0x04, names))
    extensions = tlv(0x30, bytes.fromhex("06092a864886f70d01090e"), tlv(0x31, tlv(0x30, extension)))
    info = tlv(0x30, integer(0), tlv(0x30, tlv(0x31, common_name)), key, tlv(0xA0, extensions))
    size = (n.bit_length() + 7) // 8
    digest = DIGEST_INFO + hashlib.sha256(info).digest()
    padded = b"\0\1" + b"\xff" * (size - 3 - len(digest)) + b"\0" + digest
    signature = pow(int.from_bytes(padded, "big"), d, n) if d is not None else 0
    der = tlv(0x30, info, SHA256_WITH_RSA, tlv(0x03, b"\0", signature.to_bytes(size, "big")))
    text = base64.b64encode(der).decode()
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    pem = "\n".join(["-----BEGIN CERTIFICATE REQUEST-----", *lines, "-----END CERTIFICATE REQUEST-----", ""])
    (OUT / f"{name}.pem").write_text(pem)


def primes_up_to(count):
    found, n = [], 2
    while len(found) < count:
        if all(n % p for p in found):
            found.append(n)
        n += 1
    return found


def roca_prime(bits, modulus, wrong=None):
    """k·M + (65537^a mod M), as the flawed library makes them; with one residue out of line if asked for."""
    while True:
        residue = pow(65537, RANDOM.getrandbits(64), modulus)
        if wrong:
            # By the Chinese remainder theorem: the same but modulo that prime, where it is no power of 65537.
            rest = modulus // wrong
            residue += rest * ((2 - residue) * pow(rest, -1, wrong) % wrong)
        low, high = (3 << (bits - 2)) // modulus, (1 << bits) // modulus
        for _ in range(200):
            candidate = RANDOM.randrange(low + 1, high) * modulus + residue
            if is_prime(candidate):
                return candidate


def main():
    OUT.mkdir(exist_ok=True)
    p, q = prime(1024), prime(1024)
    request("sound-2048", [p, q])
    request("exponent-1", [p, q], e=1, d=1)
    request("exponent-even", [p, q], e=65536)
    request("exponent-small", [next_prime(p + 2), q] if (p - 1) % 3 == 0 else [p, q], e=17)
    request("exponent-huge", [p, q], e=(1 << 256) + 297)
    request("exponent-256-bits", [p, q], e=(1 << 256) - 189)

    modulus = 1
    for factor in primes_up_to(126):
        modulus *= factor
    request("roca-2048", [roca_prime(1024, modulus), roca_prime(1024, modulus)])
    # 65537 is 10 modulo 37, whose powers are 1, 10 and 26: with a factor of 2 the product is none of them.
    request("roca-near-miss", [roca_prime(1024, modulus), roca_prime(1024, modulus, wrong=37)])

    request("close-primes", [p, next_prime(p + 2)])
    # Fermat's method takes (p-q)²/8√n rounds: about 40 here, and about 10,000 there.
    request("close-primes-40-rounds", [p, next_prime(p + (1 << 516))])
    request("close-primes-near-miss", [p, next_prime(p + (1 << 520))])

    request("small-factor-3", [3, next_prime(RANDOM.getrandbits(2044) | 1 << 2046)])
    request("small-factor-751", [751, next_prime(RANDOM.getrandbits(2036) | 1 << 2038)])
    request("small-factor-near-miss", [757, next_prime(RANDOM.getrandbits(2036) | 1 << 2038)])

    request("bits-1024", [prime(512), prime(512)])
    request("bits-2047", [prime(1024), next_prime(RANDOM.getrandbits(1022) | 1 << 1022)])
    request("bits-2050", [prime(1025), prime(1025)])
    request("bits-2056", [prime(1028), prime(1028)])


if __name__ == "__main__":
    main()
