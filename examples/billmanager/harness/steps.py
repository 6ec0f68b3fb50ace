"""The steps: the manual's order form for four kinds of certificates, and what follows for years."""

import xml.etree.ElementTree as ET

from billmanager import MODULE, openssl_request
from play import ADMINISTRATOR, ORGANIZATION, REQUEST, SAME, TECHNICIAN, Play, holds, same, step, today, until


class Road(Play):
    # -- Setting up.

    @step
    def the_description_names_what_the_module_tells_of_itself(self):
        described = ET.parse(MODULE.with_name("pmcertum.xml")).getroot()
        features = self.ok("features").doc
        form = described.find("metadata[@name='processing.edit.pmcertum']")
        fields = {field.get("name") for field in form.iter("field")}
        same(fields, {one.get("name") for one in features.iter("param")}, "the settings' form")
        for lang in described.findall("lang"):
            texts = {one.get("name") for one in lang.find("messages[@name='processing.edit.pmcertum']")}
            holds(fields <= texts, f"each setting has a name in {lang.get('name')}")
            names = {one.get("name") for one in lang.find("messages[@name='pricelist.certificate']")}
            holds({one.get("id") for one in features.iter("template")} <= names, "each template has a name")
        same({lang.get("name") for lang in described.findall("lang")}, {"en", "pl"}, "the languages")
        words = [{(group.get("name"), one.get("name")) for group in lang for one in group} for lang in described.findall("lang")]
        same(words[0], words[1], "what is said in both languages")

    @step
    def the_templates_are_what_the_gateway_sells(self):
        sold = {product["code"]: product for product in self.gateway.call("/v1/products")["products"]}
        for template in self.ok("features").doc.iter("template"):
            product = sold.get(template.get("id"))
            holds(product is not None, f"{template.get('id')} is sold")
            same((template.get("wildcard") == "yes", template.get("multidomain") == "yes"),
                 (product["names"] == "wildcard", product["names"] == "multi"), f"the names of {product['code']}")
            same(template.get("orginfo") == "yes", product["level"] in ("organization", "extended"), f"the level of {product['code']}")

    @step
    def answers_in_json_too(self):
        doc = self.host.run("features", as_json=True).doc
        same(doc["itemtypes"]["itemtype"]["$name"], "certificate", "the item type")
        answer = self.host.run("open", as_json=True)
        same((answer.code, answer.doc["error"]["$object"]), (1, "item"), "an error in JSON")

    @step
    def checks_the_connection(self):
        self.ok("check_connection", stdin=self.settings_document())
        self.ok("check_connection", stdin=self.settings_document(tokenfile="", token=self.gateway.token))
        same(self.refused("check_connection", None, "token", stdin=self.settings_document(tokenfile="", token="gw_0"))[0], "auth", "the kind")
        self.refused("check_connection", None, "url", stdin=self.settings_document(url="http://gateway.example.com"))
        self.refused("check_connection", None, "tokenfile", stdin=self.settings_document(tokenfile="/nowhere"))
        self.refused("check_connection", None, "xml", stdin='<!DOCTYPE doc [<!ENTITY a "b">]><doc/>')
        self.token_file.chmod(0o644)
        self.refused("check_connection", None, "tokenfile", stdin=self.settings_document())
        self.token_file.chmod(0o600)

    @step
    def lists_the_approvers_of_a_name(self):
        answer = self.ok("approver", domain="*.example.com", module="3")
        mailboxes = [one.text for one in answer.doc.iter("approver")]
        holds("admin@example.com" in mailboxes and len(mailboxes) == 5, f"mailboxes: {mailboxes}")

    # -- A domain's certificate with an existing request; the customer keeps the key.

    @step
    def refuses_an_order_with_mistakes_at_their_fields(self):
        csr, _ = openssl_request("/CN=shop.example.com", ["shop.example.com"])
        self.dv = self.host.order("601", "49.00", CN="shop.example.com", csr=csr, crt_type="existing", opendate=today(),
                                  **{**ADMINISTRATOR, "adm_email": "not an address"}, **TECHNICIAN)
        operation = self.host.begin(self.dv, "open")
        self.refused("open", self.dv, "adm_email", operation=operation)
        holds('object="adm_email"' in (self.host.operation_error(operation) or ""), "the operation keeps the error")
        same(self.gateway.orders(), 0, "the CA's orders")
        self.host.put("item", self.dv, {"adm_email": "jan@example.com", "period": "5"})
        self.refused("open", self.dv, "period")
        self.host.put("item", self.dv, {"period": "12", "csr": ""})
        self.refused("open", self.dv, "csr")
        self.host.put("item", self.dv, {"csr": csr, "approver_method": "auth_email", "approver_email": "jan@shop.example.com"})
        self.refused("open", self.dv, "approver_email")
        self.host.put("item", self.dv, {"approver_method": "auth_dnstxt", "approver_email": ""})
        polish = self.host.run("open", self.host.order("601", "49.00", CN="shop.example.com", csr="no request", **ADMINISTRATOR), language="pl")
        same(polish.error()[1], "csr", "the field of a request that is none")

    @step
    def orders_a_domain_certificate_with_an_existing_request(self):
        orders = self.gateway.orders()
        self.operate("open", self.dv)
        item = self.host.item(self.dv)
        same(item["status"], "active", "BILLmanager's status")
        self.wait(self.dv, lambda fields: fields["service_status"] == "4" and fields.get("auth_dnstxt_value"), "it is validated")
        same(self.gateway.orders(), orders + 1, "the CA's orders")
        service = self.service(self.dv)
        same(service["contact"]["email"], "jan@example.com", "the contact")
        same(service["contact"]["phone"].replace(" ", ""), "+48221234567", "the contact's phone number")
        technical = [service["technical"][part] for part in ("first_name", "last_name", "email", "job_title")]
        same(technical, ["Anna", "Kowalska", "anna@example.com", "Inżynier"], "the technical contact")
        same(service["account"]["paid_through"] is not None, True, "the first period is paid")

    @step
    def issues_it_when_the_names_are_proved(self):
        item = self.prove(self.dv)
        same(item["service_status"], "5", "the status")
        same(item["crt"].count("BEGIN CERTIFICATE"), 2, "certificate and chain")
        shown = self.openssl("x509", "-noout", "-pubkey", text=self.leaf(self.dv))
        same(shown, self.openssl("req", "-noout", "-pubkey", text=item["csr"]), "the certificate's key")
        calls = len(self.host.calls())
        self.ok("sync_item", self.dv)
        same(len(self.host.calls()), calls, "calls of BILLmanager by a sync that has no news")
        same("service.setexpiredate" in {call[0] for call in self.host.calls()}, False, "billing dates moved")

    # -- A wildcard, with a key that the gateway makes and keeps.

    @step
    def orders_a_wildcard_with_a_generated_key_that_is_kept(self):
        orders = self.gateway.orders()
        self.wild = self.host.order("741", "199.00", CN="*.wild.example.com", crt_type="generate", savekey="on", opendate=today(),
                                    **ADMINISTRATOR, **SAME, **REQUEST)
        self.operate("open", self.wild)
        self.prove(self.wild)
        same(self.gateway.orders(), orders + 1, "the CA's orders")
        item = self.host.item(self.wild)
        holds("BEGIN CERTIFICATE REQUEST" in item["csr"] and item["certum_key"] == "kept", "request and key")
        names = self.openssl("x509", "-noout", "-ext", "subjectAltName", text=self.leaf(self.wild))
        holds("*.wild.example.com" in names, f"names: {names}")
        same(self.service(self.wild)["technical"]["email"], "jan@example.com", "the administrative contact is the technical one")

    # -- An organization's certificate; BILLmanager made the key.

    @step
    def orders_for_an_organization_with_a_request_that_billmanager_made(self):
        csr, key = openssl_request("/C=PL/L=Łódź/O=Żółw sp. z o.o./OU=IT/CN=firma.example.com", ["firma.example.com"], keep_key=True)
        orders = self.gateway.orders()
        self.ov = self.host.order("631", "399.00", CN="firma.example.com", csr=csr, crt_type="generate", opendate=today(),
                                  approver_method="auth_email", approver_email="admin@firma.example.com",
                                  **ADMINISTRATOR, **TECHNICIAN, **ORGANIZATION, **REQUEST)
        self.ov_key = key
        self.host.put("item", self.ov, {"pkey": key}, secret=1)
        self.host.put("item", self.ov, {"org_tax": ""})
        self.refused("open", self.ov, "org_tax")
        self.host.put("item", self.ov, {"org_tax": "525-000-00-00", "adm_jtitle": ""})
        self.refused("open", self.ov, "adm_jtitle")
        self.host.put("item", self.ov, {"adm_jtitle": "Administrator"})
        self.operate("open", self.ov)
        self.wait(self.ov, lambda fields: fields["service_status"] == "4", "it is validated")
        same(self.gateway.orders(), orders + 1, "the CA's orders")

    @step
    def sends_the_confirmation_message_again_and_elsewhere(self):
        def letters():
            mine = self.service(self.ov)["order_id"]
            return [mail["to"] for mail in self.gateway.control("mail") if mail["order_id"] == mine and mail["approve_url"]]

        until(lambda: "admin@firma.example.com" in letters(), "the approver has a letter")
        before = len(letters())
        self.ok("send_dv_email", self.ov)
        until(lambda: len(letters()) > before, "another letter came")
        self.ok("send_dv_email", self.ov, emails="webmaster@firma.example.com")
        until(lambda: "webmaster@firma.example.com" in letters(), "the other mailbox has a letter")
        same(self.host.item(self.ov)["approver_email"], "webmaster@firma.example.com", "the approver")

    @step
    def issues_it_when_mailbox_and_officers_agree(self):
        self.prove(self.ov)
        subject = self.openssl("x509", "-noout", "-subject", "-nameopt", "utf8,sep_multiline", text=self.leaf(self.ov))
        told = {line.strip() for line in subject.splitlines()}
        holds({"C=PL", "ST=łódzkie", "L=Łódź", "O=Żółw sp. z o.o."} <= told, f"subject: {told}")
        administrative = self.service(self.ov)["administrative"]
        same((administrative["job_title"], administrative["organization"]), ("Administrator", "Żółw sp. z o.o."), "the administrative contact")
        address = administrative["address"]
        same([address[part] for part in ("street", "postal_code", "city", "state", "country", "phone")],
             ["Piotrkowska 1", "90-001", "Łódź", "łódzkie", "PL", "+48421234567"], "the organization's address")

    # -- An S/MIME certificate, with a key that is shown once.

    @step
    def shows_a_generated_key_once(self):
        self.mail = self.host.order("731", "29.00", CN="Jan Nowak", crt_type="generate", savekey="off", opendate=today(),
                                    approver_email="jan@example.com", emailAddress="jan@example.com", **ADMINISTRATOR, **SAME)
        self.refused("open", self.mail, "csr")
        made = self.ok("make_csr", self.mail).doc
        same(made.findtext("is_kept"), "off", "whether the key is kept")
        key = made.findtext("private_key")
        same(self.openssl("pkey", "-pubout", text=key), self.openssl("req", "-noout", "-pubkey", text=made.findtext("csr")), "key and request")
        self.refused("make_csr", self.mail, "csr")
        holds(not any("PRIVATE KEY" in value for value in self.host.item(self.mail).values()), "BILLmanager has no key")

    @step
    def orders_an_email_certificate_with_it(self):
        orders = self.gateway.orders()
        self.operate("open", self.mail)
        item = self.prove(self.mail)
        same(self.gateway.orders(), orders + 1, "the CA's orders")
        address = self.openssl("x509", "-noout", "-email", text=self.leaf(self.mail)).strip()
        same(address, "jan@example.com", "the certificate's mailbox")
        same(item["service_status"], "5", "the status")

    # -- Killed half-way.

    @step
    def killed_at_any_call_it_orders_once(self):
        for moment in ("sent", "answered"):
            for path in ("/v1/services", "/request", "/actions/configure", "/actions/receive_payment", "/work"):
                name = f"{moment}-{path.rsplit('/', 1)[1].replace('_', '-')}.example.com"
                item = self.host.order("601", "49.00", CN=name, crt_type="generate", opendate=today(), **ADMINISTRATOR, **SAME)
                orders, operation = self.gateway.orders(), self.host.begin(item, "open")
                self.wire.arm(moment, path)
                answer = self.host.run("open", item, operation=operation)
                same((answer.code, self.wire.has_struck), (-9, True), f"killed at {path}, {moment}")
                self.ok("open", item, operation=operation)
                self.wait(item, lambda fields: fields["service_status"] == "4", "it is validated")
                same(self.gateway.orders(), orders + 1, f"the CA's orders, killed at {path}, {moment}")

    # -- Later.

    @step
    def reissues_with_a_new_request(self):
        csr, _ = openssl_request("/CN=shop.example.com", ["shop.example.com"])
        self.reissue(self.dv, csr)

    @step
    def reissues_with_a_key_that_the_gateway_makes(self):
        self.reissue(self.wild, None)

    def reissue(self, item, csr):
        orders, before = self.gateway.orders(), self.host.item(item)
        if csr:
            self.host.put("item", item, {"csr": csr})
        operation = self.host.begin(item, "reopen")
        self.wire.arm("sent", "/actions/reissue")
        same(self.host.run("reopen", item, operation=operation).code, -9, "killed at the reissue")
        self.ok("reopen", item, operation=operation)
        self.ok("reopen", item, operation=operation)
        after = self.prove(item, before["certum_serial"])
        same(self.gateway.orders(), orders + 1, "the CA's orders")
        shown = self.openssl("x509", "-noout", "-pubkey", text=self.leaf(item))
        same(shown, self.openssl("req", "-noout", "-pubkey", text=after["csr"]), "the certificate's key")
        self.ok("reopen", item, operation=operation)
        same(self.gateway.orders(), orders + 1, "the CA's orders, asked for once more")

    @step
    def reissues_with_an_added_name(self):
        names = ["multi.example.com", "www.multi.example.com", "mail.multi.example.com"]
        item = self.host.order("931", "299.00", CN=names[0], altname=names[1], crt_type="generate", opendate=today(),
                               **ADMINISTRATOR, **SAME)
        self.operate("open", item)
        self.prove(item)
        self.host.put("item", item, {"altname": " ".join(names[1:])})
        self.reissue(item, None)
        shown = self.openssl("x509", "-noout", "-ext", "subjectAltName", text=self.leaf(item))
        holds(all(f"DNS:{name}" in shown for name in names), f"names: {shown}")

    @step
    def hands_out_a_kept_key_once(self):
        key = self.ok("take_key", self.wild).doc.findtext("private_key")
        shown = self.openssl("x509", "-noout", "-pubkey", text=self.leaf(self.wild))
        same(self.openssl("pkey", "-pubout", text=key), shown, "the key of the certificate")
        self.refused("take_key", self.wild, "key")

    @step
    def renews_when_the_next_period_was_paid(self):
        csr, _ = openssl_request("/CN=shop.example.com", ["shop.example.com"])
        self.host.put("item", self.dv, {"csr": csr})
        orders, paid = self.gateway.orders(), self.service(self.dv)["account"]["paid_through"]
        operation = self.host.begin(self.dv, "prolong")
        self.wire.arm("sent", "/actions/receive_payment")
        same(self.host.run("prolong", self.dv, operation=operation).code, -9, "killed at the payment")
        self.ok("prolong", self.dv, operation=operation)
        self.ok("prolong", self.dv, operation=operation)
        through = self.service(self.dv)["account"]["paid_through"]
        same(int(through[:4]) - int(paid[:4]), 1, f"years paid by one payment, {paid} to {through}")
        holds(self.service(self.dv)["stored_request"], "the request waits for its time")
        same(self.gateway.orders(), orders, "the CA's orders, before it is time")

    @step
    def goes_on_by_itself_with_a_kept_key_and_renews_once(self):
        item = self.host.order("601", "49.00", CN="years.example.com", crt_type="generate", opendate=today(), **ADMINISTRATOR, **SAME)
        self.operate("open", item)
        self.prove(item)
        self.operate("prolong", item)

        def kinds():
            return [certificate["kind"] for certificate in self.service(item)["certificates"]]

        for _ in range(40):
            if "renewal" in kinds():
                break
            self.after(15)
            self.ok("sync_item", item)
            self.prove(item)
        same((kinds().count("new"), kinds().count("renewal")), (1, 1), "purchases for two paid periods")
        holds("reissue" in kinds(), f"the first year's certificates follow each other: {kinds()}")

    # -- The end.

    @step
    def suspends_and_resumes_without_the_ca(self):
        orders = self.gateway.orders()
        for command, status, running in (("suspend", "suspended", "suspended"), ("resume", "active", "running")):
            self.operate(command, self.ov)
            same((self.host.item(self.ov)["status"], self.service(self.ov)["running"]), (status, running), f"after {command}")
        same(self.gateway.orders(), orders, "the CA's orders")

    @step
    def deletes_without_touching_the_certificate(self):
        for item in (self.ov, self.mail):
            self.operate("close", item)
            same(self.host.item(item)["status"], "deleted", "BILLmanager's status")
            service = self.service(item)
            same((service["running"], service["certificates"][0]["standing"]), ("terminated", "valid"), "service and certificate")
        never_opened = self.host.order("601", "49.00", CN="never.example.com", **ADMINISTRATOR)
        self.refused("sync_item", never_opened, "item")
        self.operate("close", never_opened)
        same(self.host.item(never_opened)["status"], "deleted", "the status of what was never opened")
        same(self.gateway.orders("revokeCertificate", "cancelOrder"), 0, "revocations and cancellations at the CA")
