#!/usr/bin/env python3
"""Has pkilint judge a directory of certificates, revocation lists and OCSP answers, all in one process.

The directory holds the files and `samples.tsv`, a line for each: file, linter, type. Exits with 1 if there is a
finding that no waiver below names, or a waiver that nothing needs any more.
"""

import contextlib
import io
import json
import pathlib
import sys

from pkilint.bin import (
    lint_cabf_serverauth_cert,
    lint_cabf_smime_cert,
    lint_crl,
    lint_ocsp_response,
    lint_pkix_cert,
)

# pkilint has no profile for code signing: those certificates are held against RFC 5280 alone.
LINTERS = {
    "serverauth": (lint_cabf_serverauth_cert.main, lambda kind: ["-t", kind]),
    "smime": (lint_cabf_smime_cert.main, lambda kind: ["-t", kind]),
    "pkix": (lint_pkix_cert.main, lambda kind: []),
    "crl": (lint_crl.main, lambda kind: ["-t", kind, "-p", "BR"]),
    "ocsp": (lint_ocsp_response.main, lambda kind: []),
}

COMMON_NAME = "not recommended, but Certum's certificates have one, and old clients look for it"

# Findings that stay, by code and a part of the message, and why.
WAIVERS = {
    ("cabf.internal_domain_name", '"127.0.0.1"'): "a sandbox is found on its own machine, and certificates say so",
    ("cabf.serverauth.dv.common_name_attribute_present", ""): COMMON_NAME,
    ("cabf.serverauth.ov.common_name_attribute_present", ""): COMMON_NAME,
    ("cabf.ev_guidelines.common_name_attribute_present", ""): COMMON_NAME,
}


def findings(path, linter, kind):
    main, options = LINTERS[linter]
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        main(["lint", *options(kind), "-s", "NOTICE", "-f", "JSON", "--document-format", "DER", str(path)])
    for result in json.loads(out.getvalue())["results"]:
        for finding in result["finding_descriptions"]:
            yield finding["severity"], finding["code"], finding.get("message") or ""


def main(directory):
    needed, bad, count = set(), 0, 0
    for line in (directory / "samples.tsv").read_text().splitlines():
        name, linter, kind = line.split("\t")
        count += 1
        for severity, code, message in findings(directory / name, linter, kind):
            waiver = next((waiver for waiver in WAIVERS if code == waiver[0] and waiver[1] in message), None)
            if waiver:
                needed.add(waiver)
            else:
                bad += 1
                print(f"{name}: {severity} {code} {message}")
    for code, _ in WAIVERS.keys() - needed:
        bad += 1
        print(f"the waiver of {code} is not needed any more")
    print(f"{count} samples, {bad} findings")
    return 1 if bad or not count else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
