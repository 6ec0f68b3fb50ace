"""Sells services, takes them as far as they are asked to, and prints what schemathesis is to be told of them: one service for most
operations, and one of its own for each operation that ends or changes what the others need.

Usage: prepare.py LINE DOCUMENT STATE, with the gateway's first line and awaiting_configuration, validating or active.
"""

import json
import sys

from host import Host

ENDS = ["cancel_order", "configure", "reissue", "renew", "replace_order", "revoke", "suspend", "take_key", "terminate"]

line, document, wanted = json.loads(sys.argv[1]), json.load(open(sys.argv[2])), sys.argv[3]
host = Host(line, document)


def service(reason):
    sold = host.sell(f"schemathesis:{wanted}:{reason}")
    if wanted != "awaiting_configuration":
        host.order(sold, [f"{wanted}-{reason.replace('_', '-')}.example.com"])
    shown = host.prove(sold) if wanted == "active" else None
    files = shown and host.call("GET", "/v1/services/{id}/certificates/{serial}/files", id=sold, serial="latest")
    return sold, files["files"][0]["name"] if files else "shop.example.com.crt"


def operations(which, sold, file):
    print("\n[[operations]]", which, sep="\n")
    print(f'parameters = {{ "path.id" = "{sold}", "path.serial" = "latest", "path.name" = "{file}" }}')


paths = {action: f"/v1/services/{{id}}/actions/{action}" for action in ENDS}
operations(f'include-path-regex = "^/v1/services/"\nexclude-path = {json.dumps(list(paths.values()))}', *service("rest"))
for action, path in paths.items():
    operations(f'include-path = "{path}"', *service(action))
