"""zeep reading and writing the Partner API's documents. `python zeep_client.py DIRECTORY`

Takes lines from its standard input and answers each with one: `decode N` and `encode N` with the processor time of that
work in nanoseconds, `digest 0` with what was read out of the page and `document 0` with the request, both as JSON.
"""

import hashlib
import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

import zeep
from lxml import etree


class Answer:
    """What zeep looks at in an HTTP response."""

    status_code = 200
    headers = {"Content-Type": "text/xml; charset=utf-8"}
    encoding = "utf-8"

    def __init__(self, content):
        self.content = content


def main():
    directory = Path(sys.argv[1])
    client = zeep.Client(str(directory / "service.wsdl"), settings=zeep.Settings(strict=True))
    binding = client.service._binding
    listing = binding._operations["getOrdersByDateRange"]
    page = Answer((directory / "page.xml").read_bytes())
    order = json.loads((directory / "order.json").read_text())

    def decode():
        return binding.process_reply(client, listing, page)

    def encode():
        envelope = client.create_message(client.service, "quickOrder", **order)
        return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")

    def timed(work, times):
        before = time.process_time_ns()
        for _ in range(times):
            work()
        return time.process_time_ns() - before

    def digest():
        context = hashlib.sha256()
        for one in decode().orders.Order:
            context.update(one.orderStatus.orderID.encode())
            context.update(one.orderDetails.requestorInfo.lastName.encode())
            context.update(one.certificateDetails.subjectName.encode())
            context.update(one.certificateDetails.X509Cert.encode())
        return context.hexdigest()

    print(f"zeep {version('zeep')}, Python {sys.version.split()[0]}", flush=True)
    for line in sys.stdin:
        what, times = line.split()
        answers = {
            "decode": lambda: timed(decode, int(times)),
            "encode": lambda: timed(encode, int(times)),
            "digest": lambda: json.dumps(digest()),
            "document": lambda: json.dumps(encode().decode()),
        }
        print(answers[what](), flush=True)


main()
