"""Settings and kinds of certificates beyond the four of the road, and what becomes of keys."""

import socket
import xml.etree.ElementTree as ET

from billmanager import MODULE, openssl_request
from play import ADMINISTRATOR, REQUEST, SAME, Play, holds, same, step, today


class Kinds(Play):
    # -- Settings.

    @step
    def each_way_of_ordering_is_one_that_the_gateway_knows(self):
        form = ET.parse(MODULE.with_name("pmcertum.xml")).getroot().find("metadata[@name='processing.edit.pmcertum']")
        modes = [one.text for one in form.find(".//select[@name='certum_mode']")]
        same(len(modes), 2, "ways of ordering")
        for mode in modes:
            offer = {"product": "601", "default_method": "dns-txt-prefix", "mode": mode}
            same(self.gateway.call("/v1/offers/check", offer)["mode"], mode, "the way of ordering")
        other = next(mode for mode in modes if mode != "test")
        self.refused("check_connection", None, "certum_mode", stdin=self.settings_document(certum_mode=other))

    @step
    def refuses_settings_that_could_not_work(self):
        for prefix in ("two words", "żółw", "a" * 41):
            self.refused("check_connection", None, "prefix", stdin=self.settings_document(prefix=prefix))
        self.host.put("processingmodule", 3, {"prefix": "two words"})
        nobody = self.host.order("601", "49.00", CN="nobody.example.com", account="", **ADMINISTRATOR)
        self.refused("open", nobody, "prefix")
        self.host.put("processingmodule", 3, self.settings)
        self.refused("open", nobody, "account")
        remark = self.settings_document().replace("<processingmodule>", "<!-- as saved --><processingmodule><![CDATA[ ]]>")
        self.ok("check_connection", stdin=remark)

    @step
    def gives_up_on_a_gateway_that_says_nothing(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            self.refused("check_connection", None, "url", stdin=self.settings_document(url=url))

    # -- Answers to everything.

    @step
    def answers_whatever_is_wrong(self):
        csr, _ = openssl_request("/CN=wrong.example.com", ["wrong.example.com"])
        nothing = {name: "" for name in ADMINISTRATOR}
        item = self.host.order("601", "49.00", CN="wrong.example.com", csr=csr, crt_type="existing", opendate=today(), **nothing)
        holds(self.refused("open", item, "adm_fname")[0] == "value", "the kind of an empty contact")
        self.host.put("item", item, {**ADMINISTRATOR, "cost": "much"})
        self.refused("open", item, "cost")
        self.host.put("item", item, {"cost": "49.0000", "period": "x"})
        self.refused("open", item, "period")
        self.host.put("item", item, {"period": "12"})
        # Databases write prices like this.
        self.ok("open", item)
        same(self.service(item)["billing"]["price"], "49.00 PLN", "the price")
        self.refused("prolong", item, "runningoperation")
        self.refused("open", item, "certificate.edit", path="/nowhere:/usr/bin")

    @step
    def answers_once_though_what_was_shown_could_not_be_noted(self):
        item = self.host.order("731", "29.00", CN="Ewa Nowak", crt_type="generate", savekey="off", opendate=today(),
                               approver_email="ewa@example.com", **ADMINISTRATOR, **SAME)
        self.host.trap("service.saveparam", "fail")
        # The service can't be noted: nothing was made.
        self.refused("make_csr", item, "service.saveparam")
        self.host.trap()
        self.host.put("item", item, {"certum_service": self.service(item)["id"]})
        self.host.trap("service.saveparam", "fail")
        answer = self.host.run("make_csr", item)
        same((answer.code, answer.error()), (1, None), "the end of make_csr, and its one document")
        key = answer.doc.findtext("private_key")
        self.host.trap()
        same(self.ok("make_csr", item).doc.findtext("private_key"), key, "the key that is shown again")

    # -- Kinds.

    @step
    def orders_an_extended_certificate_from_what_the_request_says(self):
        """Country, state, city and company stand in the request's form alone."""
        csr, _ = openssl_request("/C=PL/L=Łódź/O=Żółw sp. z o.o./CN=ev.example.com", ["ev.example.com"])
        item = self.host.order("641", "999.00", CN="ev.example.com", csr=csr, crt_type="existing", opendate=today(),
                               org_tax="525-000-00-00", org_number="0000123456", org_category="Private Organization",
                               org_postcode="90-001", org_address="Piotrkowska 1", org_phone="48421234567",
                               **ADMINISTRATOR, **SAME, **REQUEST)
        self.host.put("item", item, {"org_category": ""})
        self.refused("open", item, "org_category")
        self.host.put("item", item, {"org_category": "Private Organization"})
        self.operate("open", item)
        self.prove(item)
        told = self.subject_of(item)
        holds({"countryName=PL", "stateOrProvinceName=łódzkie", "localityName=Łódź", "organizationName=Żółw sp. z o.o.",
               "serialNumber=0000123456", "businessCategory=Private Organization"} <= told, f"subject: {told}")

    @step
    def orders_for_signing_code(self):
        item = self.host.order("841", "499.00", CN="Żółw sp. z o.o.", crt_type="generate", opendate=today(), org_tax="525-000-00-00",
                               org_postcode="90-001", org_address="Piotrkowska 1", org_phone="48421234567",
                               **ADMINISTRATOR, **SAME, **REQUEST)
        orders = self.gateway.orders()
        self.operate("open", item)
        self.prove(item)
        same(self.gateway.orders(), orders + 1, "the CA's orders")
        told = self.subject_of(item)
        holds({"stateOrProvinceName=łódzkie", "localityName=Łódź", "organizationName=Żółw sp. z o.o."} <= told, f"subject: {told}")
        usage = self.openssl("x509", "-noout", "-ext", "extendedKeyUsage", text=self.leaf(item))
        holds("Code Signing" in usage, f"usage: {usage}")

    @step
    def orders_for_a_mailbox_of_an_organization_with_its_unit(self):
        """The one kind whose certificates name the unit."""
        item = self.host.order("721", "199.00", CN="Jan Nowak", crt_type="generate", opendate=today(), org_tax="525-000-00-00",
                               org_postcode="90-001", org_address="Piotrkowska 1", org_phone="48421234567",
                               **ADMINISTRATOR, **SAME, **REQUEST)
        self.operate("open", item)
        self.prove(item)
        told = self.subject_of(item)
        holds({"organizationName=Żółw sp. z o.o.", "organizationalUnitName=IT"} <= told, f"subject: {told}")
        address = self.openssl("x509", "-noout", "-email", text=self.leaf(item)).strip()
        same(address, REQUEST["emailAddress"], "the certificate's mailbox")

    def subject_of(self, item):
        shown = self.openssl("x509", "-noout", "-subject", "-nameopt", "utf8,sep_multiline,lname", text=self.leaf(item))
        return {line.strip() for line in shown.splitlines()}

    # -- Keys.

    @step
    def reissues_for_no_key_that_nobody_has(self):
        names = ["lost.example.com", "www.lost.example.com"]
        item = self.host.order("931", "299.00", CN=names[0], crt_type="generate", savekey="off", opendate=today(),
                               **ADMINISTRATOR, **SAME)
        first = self.ok("make_csr", item).doc.findtext("private_key")
        self.operate("open", item)
        self.prove(item)
        orders = self.gateway.orders()
        self.refused("reopen", item, "csr", operation=self.host.begin(item, "reopen"))
        self.host.put("item", item, {"csr": ""})
        self.refused("reopen", item, "csr", operation=self.host.begin(item, "reopen"))
        same(self.gateway.orders(), orders, "the CA's orders for keys that nobody has")
        # The customer lost the key.
        second = self.ok("make_csr", item).doc.findtext("private_key")
        holds(first != second, "another key")
        self.refused("make_csr", item, "csr")
        self.renew_by("reopen", item)
        same(self.public_key(item), self.openssl("pkey", "-pubout", text=second), "the key of the certificate")
        # He kept this one: it stays where names are added.
        self.host.put("item", item, {"altname": names[1]})
        self.renew_by("reopen", item)
        same(self.public_key(item), self.openssl("pkey", "-pubout", text=second), "the key with another name")
        self.refused("take_key", item, "key")

    @step
    def hands_out_the_key_of_each_certificate_once(self):
        item = self.host.order("601", "49.00", CN="two-keys.example.com", crt_type="generate", opendate=today(), **ADMINISTRATOR, **SAME)
        self.operate("open", item)
        self.prove(item)
        for _ in range(2):
            key = self.ok("take_key", item).doc.findtext("private_key")
            same(self.openssl("pkey", "-pubout", text=key), self.public_key(item), "the key of the certificate")
            self.refused("take_key", item, "key")
            self.renew_by("reopen", item)

    @step
    def orders_anew_what_was_rejected(self):
        csr, _ = openssl_request("/CN=rejected.example.com", ["rejected.example.com"])
        own = self.host.order("601", "49.00", CN="rejected.example.com", csr=csr, crt_type="existing", opendate=today(), **ADMINISTRATOR, **SAME)
        made = self.host.order("601", "49.00", CN="rejected-too.example.com", crt_type="generate", opendate=today(), **ADMINISTRATOR, **SAME)
        for item in (own, made):
            orders = self.gateway.orders()
            self.operate("open", item)
            self.wait(item, lambda fields: fields["service_status"] == "4" and fields["certum_order"], "it is validated")
            self.gateway.control(f"orders/{self.service(item)['order_id']}/reject", {})
            self.wait(item, lambda fields: fields["service_status"] == "6", "it is rejected")
            # The same form, word by word.
            self.ok("open", item)
            self.wait(item, lambda fields: fields["service_status"] == "4", "it is validated again")
            same(self.gateway.orders(), orders + 2, "the CA's orders")

    def renew_by(self, command, item):
        before = self.host.item(item)["certum_serial"]
        self.operate(command, item)
        return self.prove(item, before)

    def public_key(self, item):
        return self.openssl("x509", "-noout", "-pubkey", text=self.leaf(item))
