"""A reseller's year against the sandbox, by zeep: strict, and with nothing but the WSDL that is served.

usage: road.py INFO

INFO is a file with the line that certum-sandbox prints at its start. Whatever is not as the facts about the Partner
API have it ends the program with a traceback.
"""

import datetime
import json
import sys
from collections import Counter

import zeep
from account import NAMESPACE, PASSWORD, REQUESTOR, USER, Account, Refused, csr, dns_names
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

ORGANIZATION = {
    "organization": "Sklep Sp. z o.o.",
    "locality": "Szczecin",
    "state": "Zachodniopomorskie",
    "country": "PL",
}
EXTENDED = ORGANIZATION | {
    "serialNumber": "0000123456",
    "businessCategory": "Private Organization",
    "streetAddress": "Bajeczna 13",
    "postalCode": "71-838",
    "joiln": "Szczecin",
    "joisopn": "Zachodniopomorskie",
    "joisocn": "PL",
}

# More than any page holds.
MANY = 105


class Road(Account):
    def products(self):
        listed = self.call("getProductList", hashAlgorithm=True).products.product
        products = {product.code: product for product in listed}
        assert {601, 741, 931, 631, 641, 731} <= products.keys(), products.keys()
        assert products[601].supportedHashAlgorithms.hashAlgorithm
        assert all(not one.supportedHashAlgorithms for one in self.call("getProductList").products.product)

    def validation(self):
        good = self.order_fields("601", "sklep.example.com", ["sklep.example.com"])
        parsed = self.call("validateOrderParameters", **good).ParsedCSR
        assert parsed is None or parsed.commonName in (None, "sklep.example.com"), parsed
        bad = self.order_fields("601", "sklep.example.com", ["sklep.example.com"])
        bad["orderParameters"] |= {"CSR": "nonsense", "customer": USER}
        bad["requestorInfo"] = REQUESTOR | {"email": "jan"}
        self.refused("validateOrderParameters", 1023, 1060, 1078, **bad)
        self.refused("quickOrder", 1023, 1060, 1078, **bad)

    def domain_validated(self):
        serials = []
        for method in ("DNS", "DNS_TXT", "DNS_TXT_PREFIX", "DNS_CNAME", "DNS_CNAME_PREFIX", "FILE", "ADMIN"):
            name = f"{method.lower().replace('_', '-')}.example.com"
            approver = {"approverMethod": method}
            if method == "ADMIN":
                approver["approverEmailPrefix"] = "HOSTMASTER"
            order_id, verification = self.order("601", name, [name], approver, orderID=f"svc-{method}")
            assert method != "ADMIN" or verification.approverEmail == "hostmaster@" + name, verification
            self.prove(order_id, verification)
            serials.append(self.issued(order_id, [name]))
        again = self.order_fields("601", "a.example.com", ["a.example.com"], orderID="svc-FILE")
        self.refused("quickOrder", 1012, **again)
        return serials

    def another_method(self):
        name = "zmiana.example.com"
        order_id, first = self.order("601", name, [name], {"approverMethod": "FILE"})
        second = self.call("addSanVerification", orderID=order_id, SANApprover={"approverMethod": "DNS_TXT"})
        second = second.SANVerification
        assert second.code != first.code and second.approverMethod == "DNS_TXT"
        self.refused("performSanVerification", 1184, code=first.code)
        self.prove(order_id, second)
        self.issued(order_id, [name])

    def organizations(self):
        serials = []
        for product, name, subject in (("631", "ov.example.com", ORGANIZATION), ("641", "ev.example.com", EXTENDED)):
            order_id, verification = self.order(product, name, [name], **subject)
            self.prove(order_id, verification)
            self.hand_in(order_id)
            self.officer(order_id)
            serials.append(self.issued(order_id, [name]))
        return serials

    def hand_in(self, order_id):
        file = {"fileName": "odpis krs.pdf", "content": bytes(range(256)) * 64}
        document = {"description": "Odpis z rejestru & reszta", "type": "ORGANIZATION", "files": {"file": [file]}}
        parameters = {"note": "Dokumenty w załączeniu", "orderID": order_id, "documents": {"document": [document]}}
        self.call("verifyOrder", verifyOrderParameters=parameters)
        # What stands in this answer is not published.
        self.call("getDocumentsList", orderID=order_id)

    def mailbox(self):
        address = "jan@poczta.example.com"
        order_id, verification = self.order("731", address, email=address)
        assert verification is None, verification
        told = self.call("getEmailVerification", orderID=order_id).emailVerification
        assert (told.email, told.verified) == (address, False), told
        # The first message can still be answered.
        self.refused("addEmailVerification", 1114, orderID=order_id)
        self.control.advance(seconds=(told.verificationLinkValidityDate - self.control.now()).total_seconds() + 60)
        self.call("addEmailVerification", orderID=order_id)
        again = self.call("getEmailVerification", orderID=order_id).emailVerification
        assert again.sendDate > told.sendDate and not again.verified
        newest = max(
            (mail for mail in json.loads(self.control.call("GET", "mail")) if mail["order_id"] == order_id),
            key=lambda mail: mail["id"],
        )
        self.control.post(f"mail/{newest['id']}/approve")
        assert self.call("getEmailVerification", orderID=order_id).emailVerification.verified
        self.officer(order_id)
        self.until(order_id, "ENROLLED")
        leaf, bundle, _ = self.newest(order_id)
        found = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert found.get_values_for_type(x509.RFC822Name) == [address], found
        assert leaf.public_key() == self.key.public_key()
        self.openssl(leaf, bundle, "smimesign")

    def several_names(self):
        """A certificate gets another name and another key, and is renewed."""
        names = ["jeden.example.com", "dwa.example.com"]
        order_id, verification = self.order("931", names[0], names)
        self.prove(order_id, verification)
        first = self.issued(order_id, names)

        names.append("trzy.example.com")
        self.key = ec.generate_private_key(ec.SECP256R1())
        answer = self.call(
            "reissueCertificate",
            serialNumber=first,
            CSR=csr(self.key, names[0]),
            SANApprover={"approverMethod": "DNS_TXT_PREFIX"},
            SANEntries={"SANEntry": [{"DNSName": names[2]}]},
        )
        self.placed[answer.orderID] += 1
        assert names[2] in answer.SANVerification.FQDNs.FQDN, answer
        self.prove(answer.orderID, answer.SANVerification)
        second = self.wait_for_reissue(answer.orderID, first, names)
        replaced = self.call("getCertificate", serialNumber=first).certificateDetails
        assert replaced.certificateStatus in ("VALID", "REVOKING"), replaced
        self.refused("reissueCertificate", 2126, serialNumber=first)
        self.control.advance(days=15)
        replaced = self.call("getCertificate", serialNumber=first).certificateDetails
        assert replaced.certificateStatus == "REVOKED", replaced

        self.key = ec.generate_private_key(ec.SECP256R1())
        renewal = {
            "SANApprover": {"approverMethod": "DNS_TXT"},
            "CSR": csr(self.key, names[0]),
            "customer": "customer-7",
            "productCode": "936",
            "serialNumber": second,
        }
        self.refused("renewCertificate", 1169, **(renewal | {"customer": "customer-8"}))
        self.refused("renewCertificate", 1166, **(renewal | {"productCode": "931"}))
        answer = self.call("renewCertificate", **renewal)
        self.placed[answer.orderID] += 1
        self.prove(answer.orderID, answer.SANVerification)
        self.issued(answer.orderID, names)

    def wait_for_reissue(self, order_id, former, names):
        """The order of a reissue may be the former one, which has its certificate already."""
        for _ in range(60):
            order = self.call("getOrderByOrderID", orderID=order_id).orders.Order[-1]
            details = order.certificateDetails
            if details is not None and int(details.serialNumber, 16) != int(former, 16):
                assert order.reissue, order
                return self.issued(order_id, names)
            self.control.advance(minutes=1)
        raise AssertionError(f"no reissue of {former}: {order}")

    def revocation(self, ov, ev):
        today = self.control.now().date()
        compromised = {"revocationReason": "KEYCOMPROMISE", "keyCompromitationDate": today}
        for serial, reason in ((ov, {"revocationReason": "SUPERSEDED"}), (ev, compromised)):
            parameters = {"serialNumber": serial, "note": "nie jest już potrzebny", **reason}
            self.call("revokeCertificate", revokeCertificateParameters=parameters)
            self.control.advance(days=1)
            told = self.call("getCertificate", serialNumber=serial).certificateDetails
            assert told.certificateStatus == "REVOKED", told
            self.refused("revokeCertificate", 1145, revokeCertificateParameters=parameters)

    def cancellation(self):
        name = "rozmyslilem.example.com"
        order_id, _ = self.order("601", name, [name])
        since = self.control.now() - datetime.timedelta(seconds=2)
        self.call("cancelOrder", cancelParameters={"orderID": order_id, "note": "rozmyśliłem się"})
        assert self.call("getOrderState", orderID=order_id).orderStatus == "REJECTED"
        self.refused("cancelOrder", 1151, cancelParameters={"orderID": order_id})
        self.refused("cancelOrder", 1136, cancelParameters={"orderID": "svc-FILE"})
        changed = self.listed("getModifiedOrders", since)
        assert order_id in changed, changed

    def server_names(self, serials):
        """One certificate for the names of several others."""
        first, second, third = serials[:3]
        self.key = ec.generate_private_key(ec.SECP256R1())
        answer = self.call(
            "orderSNICertificate",
            orderSNIParameters={"CSR": csr(self.key, "sni.example.com"), "language": "en"},
            serialNumbers={"serialNumber": [first, second]},
            requestorInfo=REQUESTOR,
        )
        assert not answer.invalidSerialNumbers, answer
        self.placed[answer.orderID] += 1
        self.officer(answer.orderID)
        self.until(answer.orderID, "ENROLLED")
        leaf, _, details = self.newest(answer.orderID)
        names = self.names_of(first) | self.names_of(second)
        assert names <= dns_names(leaf), names
        answer = self.call(
            "modifySNICertificate",
            serialNumber=details.serialNumber,
            addSerialNumbers={"serialNumber": [third]},
            removeSerialNumbers={"serialNumber": [first]},
        )
        self.placed[answer.orderID] += 1
        self.officer(answer.orderID)
        for _ in range(60):
            self.until(answer.orderID, "ENROLLED")
            leaf, bundle, changed = self.newest(answer.orderID)
            if changed.serialNumber != details.serialNumber:
                break
            self.control.advance(minutes=1)
        assert self.names_of(second) | self.names_of(third) <= dns_names(leaf)
        assert not self.names_of(first) & dns_names(leaf)
        self.openssl(leaf, bundle, "sslserver")

    def expiring(self):
        name = "krotko.example.com"
        order_id, verification = self.order("691", name, [name])
        self.prove(order_id, verification)
        serial = self.issued(order_id, [name])
        found = self.call("getExpiringCertificates", validityDaysLeft=30).expiringCertificates
        one = {certificate.orderID: certificate for certificate in found}[order_id]
        assert int(one.serialNumber, 16) == int(serial, 16) and 28 <= one.validityDaysLeft <= 30, one
        assert "svc-FILE" not in {certificate.orderID for certificate in found}
        self.refused("getExpiringCertificates", 2052, validityDaysLeft=0)

    def pages(self, since):
        """Every order comes once, page after page, however long a page is."""
        for number in range(MANY):
            name = f"n{number}.example.com"
            self.order("601", name, [name])
        found = self.listed("getOrdersByDateRange", since)
        assert found == self.placed, (found - self.placed, self.placed - found)

    def by_watermark(self):
        """Two orders as far as their certificates, by nothing but what has changed since the last look: one has its
        names checked on demand, the other waits until the CA looks by itself."""
        watermark, seen = self.control.now(), {}
        for name in ("wezwana.example.com", "cierpliwa.example.com"):
            order_id, verification = self.order("601", name, [name])
            seen[order_id] = []
            self.control.publish(verification, [name])
            if name.startswith("wezwana"):
                self.call("performSanVerification", code=verification.code)
        for _ in range(60):
            until = self.control.now()
            asked = {"fromDate": watermark, "toDate": until, "orderOption": {"orderStatus": True}}
            for page in self.told("getModifiedOrders", asked):
                for status in (order.orderStatus for order in page):
                    if status.orderID in seen and seen[status.orderID][-1:] != [status.orderStatus]:
                        seen[status.orderID].append(status.orderStatus)
                        serial = status.serialNumber
                        assert (serial is not None) == (status.orderStatus == "ENROLLED"), status
            if all(statuses[-1:] == ["ENROLLED"] for statuses in seen.values()):
                break
            watermark = until
            self.control.advance(minutes=1)
        road = ["AWAITING", "VERIFICATION", "ACCEPTED", "ENROLLED"]
        for statuses in seen.values():
            assert statuses[-1:] == ["ENROLLED"] and statuses == [one for one in road if one in statuses], seen

    def told(self, operation, asked):
        """The orders of a list, page by page."""
        for number in range(1, 101):
            try:
                answer = self.call(operation, pageNumber=number, **asked)
            except Refused as refusal:
                # Past the last page.
                assert refusal.codes == [1155], refusal
                return
            orders = answer.orders.Order if answer.orders else []
            header = answer.responseHeader
            assert header.currentPage in (None, number) and header.returnCount in (None, len(orders)), header
            assert header.pagesCount is None or number <= max(header.pagesCount, 1), header
            assert all(order.certificateDetails is None for order in orders)
            yield orders

    def listed(self, operation, since):
        until = self.control.now() + datetime.timedelta(minutes=5)
        asked = {"fromDate": since, "toDate": until, "orderOption": {"orderStatus": True}}
        pages = list(self.told(operation, asked))
        found = Counter(order.orderStatus.orderID for page in pages for order in page)
        assert operation != "getOrdersByDateRange" or len(pages) > 1, "all orders were on one page"
        self.refused(operation, 1153, pageNumber=101, **asked)
        self.refused(operation, 2057, **(asked | {"toDate": since - datetime.timedelta(days=1)}))
        return found

    def refusals_of_another_kind(self):
        for user, password in ((USER, "wrong"), ("nobody", PASSWORD)):
            try:
                self.call_as(user, password, "getOrderState", orderID="svc-FILE")
            except Refused as refusal:
                assert refusal.success_code in (2, 3), refusal
            else:
                raise AssertionError("wrong credentials were right")
        self.refused("getOrderState", 1033, orderID="nobody")
        # What is not in the WSDL, zeep does not send by itself.
        binding = self.client.service._binding
        known = binding.get("getOrderState")
        envelope = self.client.create_message(
            self.client.service,
            "getOrderState",
            requestHeader={"authToken": {"password": PASSWORD, "userName": USER}},
            orderID="svc-FILE",
        )
        operation = envelope.find(f".//{{{NAMESPACE}}}getOrderState")
        operation.tag = f"{{{NAMESPACE}}}getStatement"
        address = self.client.service._binding_options["address"]
        response = self.client.transport.post_xml(address, envelope, {"Content-Type": "text/xml; charset=utf-8"})
        assert response.status_code == 500
        try:
            binding.process_reply(self.client, known, response)
        except zeep.exceptions.Fault as fault:
            assert fault.code.split(":")[-1] == "Client" and fault.message, fault
        else:
            raise AssertionError("an operation that is gone was carried out")

    def walk(self):
        since = self.control.now() - datetime.timedelta(minutes=1)
        self.products()
        self.validation()
        serials = self.domain_validated()
        self.another_method()
        ov, ev = self.organizations()
        self.mailbox()
        self.server_names(serials)
        self.several_names()
        self.revocation(ov, ev)
        self.cancellation()
        self.by_watermark()
        self.expiring()
        self.refusals_of_another_kind()
        self.pages(since)
        left = self.client.service._operations.keys() - self.called
        assert not left, f"never called: {left}"
        print(f"zeep {zeep.__version__}: {len(self.called)} operations, {self.placed.total()} orders")


def main():
    with open(sys.argv[1]) as file:
        Road(json.load(file)).walk()


if __name__ == "__main__":
    main()
