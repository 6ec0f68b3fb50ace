"""Walks through every route of the gateway with what succeeds, and holds each answer against the document: nobody who makes requests
up comes to most of them.

Usage: walk.py LINE DOCUMENT, with the gateway's first line.
"""

import base64
import json
import sys

from host import Host, request_for

# What has to go wrong at the CA before it is offered.
NOT_WALKED = {"abandon_order", "adopt_order", "cancel_stray_order", "resume"}

line, document = json.loads(sys.argv[1]), json.load(open(sys.argv[2]))
host = Host(line, document)
call, act = host.call, host.act
ONE, SERIAL = "/v1/services/{id}", "/v1/services/{id}/certificates/{serial}"
NAME = "walk.example.com"

for path in ["/health", "/metrics", "/v1/openapi.json", "/v1/connection", "/v1/status", "/v1/overview", "/v1/products"]:
    call("GET", path)
call("POST", "/v1/synchronize")
call("POST", "/v1/requests/decode", {"csr": request_for(NAME)})
offer = {"product": "601", "default_method": "dns-txt-prefix", "billing": "recurring", "price": "59.00", "currency": "PLN",
         "cycle": "annually"}
call("POST", "/v1/offers/check", offer)
hook = call("POST", "/v1/webhooks", {"url": "https://example.com/", "secret": "0123456789abcdef0123456789abcdef"})
call("GET", "/v1/webhooks")
call("DELETE", "/v1/webhooks/{id}", id=hook["id"])

# From the sale to the files.
sold = host.sell("walk:1")
assert host.sell("walk:1") == sold
call("GET", "/v1/services", query="?reference=walk:1")
link = act(sold, "resend_configuration")["data"]["token"]
call("POST", f"{ONE}/link", {"token": link, "customer": "customer-7"}, id=sold)
call("GET", f"{ONE}/form", id=sold)
form = host.fill_in(sold, [NAME])
call("PUT", f"{ONE}/draft", form, id=sold)
for path in ["fill", "check", "validate"]:
    call("POST", f"{ONE}/{path}", form, id=sold)
call("GET", f"{ONE}/draft", id=sold)
act(sold, "configure", form)
host.until(sold, lambda shown: shown["state"] == "validating")
call("POST", f"{ONE}/precheck", id=sold)
for action in ["order_report", "name_states"]:
    act(sold, action)
act(sold, "change_method", {"method": "email:admin"})
host.until(sold, lambda shown: any(one["mailbox"] for one in shown["instructions"]))
act(sold, "resend_verification")
act(sold, "change_method", {"method": "dns-txt-prefix"})
host.until(sold, lambda shown: any(one["record"] for one in shown["instructions"]))
today = host.prove(sold)["created_at"][:10]
call("GET", ONE, id=sold)
call("GET", f"{ONE}/certificates", id=sold)
call("GET", SERIAL, id=sold, serial="latest")
files = call("GET", f"{SERIAL}/files", id=sold, serial="latest")["files"]
call("GET", f"{SERIAL}/files/{{name}}", id=sold, serial="latest", name=files[0]["name"])
call("GET", f"{SERIAL}/archive", id=sold, serial="latest")
call("POST", f"{SERIAL}/files", {"server": "nginx"}, id=sold, serial="latest")

# The years after.
act(sold, "receive_payment", {"paid_on": today, "period_start": today})
call("POST", f"{ONE}/due-date", id=sold)
act(sold, "change_offer", offer)
act(sold, "send_certificate", {"email": "jan@example.org"})
act(sold, "store_request", {"csr": request_for(NAME)})
act(sold, "request_cancellation", {"at_end_of_period": True})
act(sold, "withdraw_cancellation")
act(sold, "reissue", {"csr": request_for(NAME)})
host.prove(sold, 2)
act(sold, "renew", {"csr": request_for(NAME)}, query="?role=reseller")
first = host.prove(sold, 3)["certificates"][-1]
act(sold, "take_key", {"serial_number": first["serial_number"]}, key="take")
act(sold, "purge_keys")
act(sold, "revoke", {"reason": "superseded"})
host.until(sold, lambda shown: shown["certificates"][0]["standing"] == "revoked")
for action in ["suspend", "unsuspend", "terminate"]:
    act(sold, action)

# Orders of other kinds, and orders that end.
subject = {"organization": "Example", "tax_number": "525-000-00-00", "locality": "Szczecin", "country": "PL"}
organization = host.sell("walk:2", product="631")
host.order(organization, ["organization.example.com"], subject=subject)
file = {"name": "extract.pdf", "content": base64.b64encode(b"%PDF").decode()}
document_of = {"kind": "ORGANIZATION", "description": "extract", "files": [file]}
act(organization, "submit_evidence", {"note": "as agreed", "documents": [document_of]})
act(organization, "replace_order")
person = host.sell("walk:3", product="711", default_method=None)
subject = {"common_name": "Jan Nowak", "email": "jan@example.com", "country": "PL"}
host.order(person, [], subject=subject)
act(person, "email_state")
act(person, "cancel_order")
for path in ["/v1/facts", "/v1/services"]:
    call("GET", path)
call("GET", f"{ONE}/events", id=sold)

every = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
left = {route for route in every - host.answered if route[1].rsplit("/", 1)[-1] not in NOT_WALKED}
assert not left, f"never answered with success: {sorted(left)}"
print(f"{len(host.answered)} of {len(every)} routes answered as the document says")
