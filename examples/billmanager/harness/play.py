"""What the steps are made of: a world, what BILLmanager and the people around it do, and what has to hold."""

import subprocess
import time
import xml.etree.ElementTree as ET
from pathlib import Path

from billmanager import BillManager
from world import Gateway, Wire

ADMINISTRATOR = {"adm_fname": "Jan", "adm_lname": "Nowak", "adm_jtitle": "Administrator", "adm_email": "jan@example.com",
                 "adm_phone": "48221234567"}
TECHNICIAN = {"tech_fname": "Anna", "tech_lname": "Kowalska", "tech_jtitle": "Inżynier", "tech_email": "anna@example.com",
              "tech_phone": "48227654321"}
SAME = {"tech_as_adm": "on"}
# The country stands in the request's form, as in BILLmanager.
ORGANIZATION = {"org_name": "Żółw sp. z o.o.", "org_state": "łódzkie", "org_city": "Łódź", "org_postcode": "90-001",
                "org_address": "Piotrkowska 1", "org_phone": "48421234567", "org_tax": "525-000-00-00"}
# What the form "Generate a CSR and private key" asks for.
REQUEST = {"C": "PL", "ST": "łódzkie", "L": "Łódź", "O": "Żółw sp. z o.o.", "OU": "IT", "emailAddress": "jan@example.com"}
DAY = 86400


class Difference(Exception):
    pass


def same(found, wanted, what):
    if found != wanted:
        raise Difference(f"{what}: {found!r} instead of {wanted!r}")


def holds(condition, what):
    if not condition:
        raise Difference(what)


def step(function):
    function.is_step = True
    return function


def until(is_there, what):
    for _ in range(120):
        if is_there():
            return
        time.sleep(0.25)
    raise Difference(what)


def today():
    return time.strftime("%Y-%m-%d", time.gmtime())


class Play:
    """The steps go in the order in which they stand, and each has what those before it left."""

    def __init__(self, binary, directory):
        self.gateway = Gateway(binary)
        self.wire = Wire(self.gateway)
        self.host = BillManager(self.wire, directory)
        self.token_file = Path(directory) / "token"
        self.token_file.write_text(self.gateway.token + "\n")
        self.token_file.chmod(0o600)
        self.settings = {"id": "3", "url": self.wire.address, "tokenfile": str(self.token_file), "prefix": "billmanager",
                         "currency": "PLN", "certum_mode": "test"}
        self.host.put("processingmodule", 3, self.settings)

    # -- What the steps are made of.

    def settings_document(self, **changes):
        """The settings as BILLmanager gives them before they are saved."""
        doc = ET.Element("doc")
        given = ET.SubElement(doc, "processingmodule")
        for name, value in {**self.settings, **changes}.items():
            ET.SubElement(given, name).text = value
        return ET.tostring(doc, "unicode")

    def ok(self, command, item=None, **options):
        answer = self.host.run(command, item, **options)
        if answer.code != 0:
            raise Difference(f"{command} failed: {answer.out.strip()} {answer.log.strip()[-600:]}")
        return answer

    def refused(self, command, item, field, **options):
        answer = self.host.run(command, item, **options)
        same(answer.code, 1, f"the end of {command}")
        error = answer.error()
        holds(error is not None, f"{command} says what is wrong")
        same(error[1], field, f"the field that {command} refuses ({error[2]})")
        return error

    def operate(self, command, item):
        """A paid operation, run as often as BILLmanager likes: what is there after the first run is there after the second."""
        operation = self.host.begin(item, command)
        self.ok(command, item, operation=operation)
        after = self.host.item(item), self.gateway.orders()
        self.ok(command, item, operation=operation)
        same(self.host.item(item), after[0], f"the item after {command} was run twice")
        same(self.gateway.orders(), after[1], f"the CA's orders after {command} was run twice")
        return operation

    def wait(self, item, is_there, what):
        """Synchronizes, as BILLmanager's cron does, until it is so."""
        for _ in range(120):
            self.ok("sync_item", item)
            if is_there(self.host.item(item)):
                return self.host.item(item)
            time.sleep(0.25)
        raise Difference(f"{what}: {self.host.item(item)}")

    def service(self, item):
        found = self.gateway.call(f"/v1/services?reference=billmanager:{item}")["services"]
        same(len(found), 1, f"services for item {item}")
        return self.gateway.call(f"/v1/services/{found[0]['id']}")

    def events(self, item):
        return self.gateway.call(f"/v1/services/{self.service(item)['id']}/events?limit=500")["events"]

    def prove(self, item, before=""):
        """Does what owners of names and mailboxes and the CA's officers have to, until there is another certificate."""
        for _ in range(120):
            self.ok("sync_item", item)
            fields = self.host.item(item)
            if fields.get("certum_serial", "") != before and fields["service_status"] == "5":
                return fields
            if fields["service_status"] == "4":
                self.prove_once(item)
            time.sleep(0.25)
        raise Difference(f"no certificate: {self.host.item(item)}, {self.service(item)}")

    def prove_once(self, item):
        fields, service = self.host.item(item), self.service(item)
        for record in fields.get("auth_dnstxt_value", "").splitlines():
            name, kind, value = record.split(" ", 2)
            self.gateway.control("dns", {"name": name, "type": kind, "value": value})
        for mail in self.gateway.control("mail"):
            if mail["order_id"] == service["order_id"] and mail["approve_url"] and not mail["approved_at"]:
                self.try_control(f"mail/{mail['id']}/approve", {})
        if fields.get("auth_dnstxt_value"):
            self.host.run("send_dv_dns", item, domain=fields["CN"])
        for check in service["checks"]:
            if check["kind"] in ("organization", "applicant", "authorization", "extended_validation") and check["state"] == "required":
                verified = {"type": check["kind"].upper(), "state": "VERIFIED"}
                self.try_control(f"orders/{service['order_id']}/verifications", verified)

    def try_control(self, path, body):
        """The order may have gone on meanwhile."""
        try:
            self.gateway.control(path, body)
        except OSError:
            pass

    def after(self, days):
        self.gateway.control("clock", {"advance_seconds": days * DAY})

    def leaf(self, item):
        return self.host.item(item)["crt"].split("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n"

    def openssl(self, *words, text=""):
        return subprocess.run(["openssl", *words], input=text, capture_output=True, text=True, check=True).stdout
