"""An account at the sandbox, held by zeep: strict, and with nothing but the WSDL that is served."""

import datetime
import json
import logging
import subprocess
import tempfile
import urllib.request
from collections import Counter

import zeep
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import PolicyBuilder, Store

USER, PASSWORD = "reseller", "sandbox"
NAMESPACE = "http://webservice.api.muc.unizeto.pl/"
REQUESTOR = {"email": "jan@example.com", "firstName": "Jan", "lastName": "Żółw & Spółka", "phone": "+48221234567"}
TAX_NUMBER = {"taxIdentificationNumber": "PL5250001009"}


class Refused(Exception):
    """An answer that reports errors."""

    def __init__(self, header):
        self.success_code = header.successCode
        self.codes = sorted(error.errorCode for error in header.errors.Error) if header.errors else []
        super().__init__(f"successCode {self.success_code}, codes {self.codes}")


class Loud(logging.Handler):
    """Takes what zeep would only remark upon for the surprise that it is."""

    def emit(self, record):
        raise AssertionError(record.getMessage())


class Control:
    """The sandbox's other door."""

    def __init__(self, url):
        self.url = url

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        with urllib.request.urlopen(request) as response:
            return response.read()

    def post(self, path, body=None):
        return json.loads(self.call("POST", path, {} if body is None else body))

    def now(self):
        return datetime.datetime.fromisoformat(json.loads(self.call("GET", "info"))["now"])

    def advance(self, **duration):
        self.post("clock", {"advance_seconds": int(datetime.timedelta(**duration).total_seconds())})

    def approve(self, order_id):
        """Clicks every link that went out for an order and still can be clicked."""
        mails = [mail for mail in json.loads(self.call("GET", "mail")) if mail["order_id"] == order_id]
        assert mails, f"no message for {order_id}"
        for mail in mails:
            self.post(f"mail/{mail['id']}/approve")

    def publish(self, verification, names):
        """Puts the code of an order where its method wants it."""
        method, code = verification.approverMethod, verification.code
        for name in names:
            bare = name.removeprefix("*.")
            if method == "FILE":
                path = "/.well-known/pki-validation/certum.txt"
                self.post("http", {"host": bare, "path": path, "body": f"{code}-certum.pl\n"})
                continue
            at = f"_certum.{bare}" if method.endswith("_PREFIX") else bare
            kind, value = ("CNAME", f"{code}.certum.pl") if "CNAME" in method else ("TXT", code)
            self.post("dns", {"name": at, "type": kind, "value": value})


class Account:
    def __init__(self, info):
        logging.getLogger("zeep").addHandler(Loud(level=logging.WARNING))
        self.client = zeep.Client(info["wsdl"], settings=zeep.Settings(strict=True))
        self.control = Control(info["control"])
        roots = self.control.call("GET", "roots.pem")
        self.root = x509.load_pem_x509_certificates(roots)[0]
        self.placed = Counter()
        self.called = set()

    # Calls

    def call(self, operation, **fields):
        return self.call_as(USER, PASSWORD, operation, **fields)

    def call_as(self, user, password, operation, **fields):
        header = {"authToken": {"password": password, "userName": user}}
        self.called.add(operation)
        result = self.client.service[operation](requestHeader=header, **fields)
        # zeep hands out the only element of an answer by itself.
        told = getattr(result, "responseHeader", result)
        assert abs(told.timestamp - self.control.now()) < datetime.timedelta(minutes=5), told.timestamp
        if told.successCode != 0:
            raise Refused(told)
        assert not told.errors, told
        return result

    def refused(self, operation, *expected, **fields):
        """Calls what must be refused, with just these codes."""
        try:
            result = self.call(operation, **fields)
        except Refused as refusal:
            assert refusal.success_code == 1 and refusal.codes == sorted(expected), f"{operation}: {refusal}"
        else:
            raise AssertionError(f"{operation} was not refused with {expected}: {result}")

    # Orders

    def order_fields(self, product, name, names=None, approver=None, **parameters):
        self.key = ec.generate_private_key(ec.SECP256R1())
        fields = {
            "orderParameters": {
                "CSR": csr(self.key, name),
                "customer": "customer-7",
                "language": "pl",
                "productCode": product,
                "commonName": name,
                **parameters,
            },
            "requestorInfo": REQUESTOR,
        }
        if names:
            fields["SANApprover"] = approver or {"approverMethod": "DNS_TXT"}
            fields["SANEntries"] = {"SANEntry": [{"DNSName": one} for one in names]}
        if "organization" in parameters:
            fields["organizationInfo"] = TAX_NUMBER
        return fields

    def order(self, product, name, names=None, approver=None, **parameters):
        """Places an order, and returns its identifier and its verification."""
        answer = self.call("quickOrder", **self.order_fields(product, name, names, approver, **parameters))
        if "orderID" in parameters:
            assert answer.orderID == parameters["orderID"]
        self.placed[answer.orderID] += 1
        if names:
            verification = answer.SANVerification
            wanted = (approver or {"approverMethod": "DNS_TXT"})["approverMethod"]
            assert verification.approverMethod == wanted, verification
            assert sorted(verification.FQDNs.FQDN) == sorted(names), verification
        return answer.orderID, answer.SANVerification

    def prove(self, order_id, verification):
        """Proves the names of an order by its own method, and has the CA look."""
        if verification is None:
            return
        names = verification.FQDNs.FQDN
        if verification.approverMethod == "ADMIN":
            self.control.approve(order_id)
        else:
            self.control.publish(verification, names)
            self.call("performSanVerification", code=verification.code)
        told = self.call("getSanVerificationState", orderID=order_id).sanVerifications.sanVerification
        states = {one.FQDN: one.manualVerification for one in told}
        for name in names:
            assert states[name].state == "VERIFIED", states[name]

    def officer(self, order_id):
        """What people at the CA decide."""
        for check in self.call("getOrderState", orderID=order_id).verifications.verification:
            if check.state == "REQUIRED" and check.type not in ("DOMAIN", "EMAIL"):
                path = f"orders/{order_id}/verifications"
                self.control.post(path, {"type": check.type, "state": "VERIFIED"})

    def until(self, order_id, status):
        """Waits, on the sandbox's clock, until an order stands where it is expected."""
        for _ in range(60):
            state = self.call("getOrderState", orderID=order_id)
            assert state.lastUpdateDate <= self.control.now()
            if state.orderStatus == status:
                return
            assert state.orderStatus in ("AWAITING", "VERIFICATION", "ACCEPTED"), state
            self.control.advance(minutes=1)
        raise AssertionError(f"{order_id} is never {status}: {state}")

    def newest(self, order_id):
        """The certificate of an order, or of its last reissue."""
        wanted = {"certificateDetails": True, "orderDetails": False, "orderStatus": True}
        orders = self.call("getOrderByOrderID", orderID=order_id, orderOption=wanted).orders.Order
        details = orders[-1].certificateDetails
        assert orders[-1].orderDetails is None and orders[-1].orderStatus.orderID == order_id
        return self.certificate(details.serialNumber)

    def certificate(self, serial):
        answer = self.call("getCertificate", serialNumber=serial)
        details = answer.certificateDetails
        leaf = read_certificate(details.X509Cert)
        assert leaf.serial_number == int(details.serialNumber, 16)
        assert (leaf.not_valid_before_utc, leaf.not_valid_after_utc) == (details.startDate, details.endDate)
        assert details.certificateStatus == "VALID", details
        return leaf, [read_certificate(text) for text in answer.caBundle.X509Cert], details

    def issued(self, order_id, names):
        """The certificate that an order of TLS must come to, found good by others for each of its names."""
        self.until(order_id, "ENROLLED")
        leaf, bundle, details = self.newest(order_id)
        assert leaf.public_key() == self.key.public_key()
        found = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert sorted(found.get_values_for_type(x509.DNSName)) == sorted(names), found
        policy = PolicyBuilder().store(Store([self.root])).time(self.control.now())
        for name in names:
            policy.build_server_verifier(x509.DNSName(name)).verify(leaf, bundle)
        return details.serialNumber

    def openssl(self, leaf, bundle, purpose):
        with tempfile.TemporaryDirectory() as directory:

            def written(name, certificates):
                path = f"{directory}/{name}"
                with open(path, "wb") as file:
                    for certificate in certificates:
                        file.write(certificate.public_bytes(serialization.Encoding.PEM))
                return path

            command = ["openssl", "verify", "-x509_strict", "-purpose", purpose]
            command += ["-attime", str(int(self.control.now().timestamp()))]
            command += ["-CAfile", written("root", [self.root]), "-untrusted", written("bundle", bundle)]
            subprocess.run([*command, written("leaf", [leaf])], check=True, stdout=subprocess.DEVNULL)

    def names_of(self, serial):
        return dns_names(self.certificate(serial)[0])


def csr(key, name):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM).decode()


def dns_names(certificate):
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(found.get_values_for_type(x509.DNSName))


def read_certificate(text):
    """A certificate in PEM or in bare base64, of any line width: both are seen."""
    if "-----BEGIN" not in text:
        text = f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"
    return x509.load_pem_x509_certificate(text.encode())
