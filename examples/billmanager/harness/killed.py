"""Killed between two calls of BILLmanager's functions, and at the calls of the gateway that the road does not kill at."""

from billmanager import openssl_request
from play import ADMINISTRATOR, SAME, Play, holds, same, step, today


class Killed(Play):
    def killed_at_the_gateway(self, command, item, path, operation=None, **options):
        """Killed when the call has gone out, and again when it was answered; then it goes through."""
        for moment in ("sent", "answered"):
            self.wire.arm(moment, path)
            code = self.host.run(command, item, operation=operation, **options).code
            same((code, self.wire.has_struck), (-9, True), f"{command}, killed at {path}, {moment}")
        return self.ok(command, item, operation=operation, **options)

    def killed_between(self, command, item, operation=None, **options):
        """Killed after each function of BILLmanager's that it calls, one further with each run."""
        self.host.trap("*", "kill")
        for kills in range(40):
            answer = self.host.run(command, item, operation=operation, **options)
            if answer.code != -9:
                break
        self.host.trap()
        same(answer.code, 0, f"the end of {command}, killed {kills} times: {answer.out} {answer.log}")
        holds(kills > 1, f"{command} was killed {kills} times")
        return answer

    @step
    def killed_between_any_two_notes_it_orders_reissues_and_is_paid_once(self):
        item = self.host.order("601", "49.00", CN="notes.example.com", crt_type="generate", opendate=today(), **ADMINISTRATOR, **SAME)
        orders = self.gateway.orders()
        self.killed_between("open", item, self.host.begin(item, "open"))
        fields = self.prove(item)
        same(self.gateway.orders(), orders + 1, "the CA's orders")
        # The request was handed in: it is not stored for the renewal.
        paid = self.service(item)["account"]["paid_through"]
        self.killed_between("prolong", item, self.host.begin(item, "prolong"))
        service = self.service(item)
        same(int(service["account"]["paid_through"][:4]) - int(paid[:4]), 1, "years paid by one payment")
        same(service["stored_request"], False, "whether a request is stored")
        self.killed_between("reopen", item, self.host.begin(item, "reopen"))
        after = self.prove(item, fields["certum_serial"])
        same(self.gateway.orders(), orders + 2, "the CA's orders after the reissue")
        holds(after["csr"] != fields["csr"], "another request")
        shown = self.openssl("x509", "-noout", "-pubkey", text=self.leaf(item))
        same(shown, self.openssl("req", "-noout", "-pubkey", text=after["csr"]), "the certificate's key")

    @step
    def killed_at_a_certificate_that_came_it_is_saved(self):
        csr, _ = openssl_request("/CN=came.example.com", ["came.example.com"])
        item = self.host.order("601", "49.00", CN="came.example.com", csr=csr, crt_type="existing", opendate=today(), **ADMINISTRATOR, **SAME)
        self.operate("open", item)
        for _ in range(40):
            self.killed_between_if_at_all("sync_item", item)
            self.prove_once(item)
            if self.host.item(item).get("certum_serial"):
                break
        fields = self.prove(item)
        same(fields["crt"].count("BEGIN CERTIFICATE"), 2, "certificate and chain")

    def killed_between_if_at_all(self, command, item):
        self.host.trap("*", "kill")
        while self.host.run(command, item).code == -9:
            pass
        self.host.trap()

    @step
    def killed_while_a_key_is_shown_it_shows_the_same(self):
        item = self.host.order("731", "29.00", CN="Piotr Nowak", crt_type="generate", savekey="off", opendate=today(),
                               approver_email="piotr@example.com", **ADMINISTRATOR, **SAME)
        key = self.killed_at_the_gateway("make_csr", item, "/request").doc.findtext("private_key")
        self.operate("open", item)
        self.prove(item)
        shown = self.openssl("x509", "-noout", "-pubkey", text=self.leaf(item))
        same(self.openssl("pkey", "-pubout", text=key), shown, "the key of the certificate")
        kept = self.host.order("601", "49.00", CN="kept.example.com", crt_type="generate", opendate=today(), **ADMINISTRATOR, **SAME)
        self.operate("open", kept)
        self.prove(kept)
        key = self.killed_at_the_gateway("take_key", kept, "/actions/take_key").doc.findtext("private_key")
        shown = self.openssl("x509", "-noout", "-pubkey", text=self.leaf(kept))
        same(self.openssl("pkey", "-pubout", text=key), shown, "the kept key")
        self.refused("take_key", kept, "key")

    @step
    def killed_while_it_changes_or_ends_a_service_it_does_so_once(self):
        item = self.host.order("601", "49.00", CN="ends.example.com", crt_type="generate", opendate=today(), approver_method="auth_email",
                               approver_email="admin@ends.example.com", **ADMINISTRATOR, **SAME)
        self.operate("open", item)
        self.wait(item, lambda fields: fields["service_status"] == "4", "it is validated")
        orders = self.gateway.orders()
        self.killed_once("send_dv_email", item, "/actions/change_method", emails="webmaster@ends.example.com")
        same(self.service(item)["method"]["id"], "email:webmaster", "the method")
        same(self.host.item(item)["approver_email"], "webmaster@ends.example.com", "the approver")
        self.killed_at_the_gateway("send_dv_email", item, "/actions/resend_verification")
        self.killed_at_the_gateway("send_dv_dns", item, "/actions/request_check")
        for command, action, running in (("suspend", "suspend", "suspended"), ("resume", "unsuspend", "running"),
                                         ("close", "terminate", "terminated")):
            self.killed_once(command, item, f"/actions/{action}", self.host.begin(item, command))
            same(self.service(item)["running"], running, f"after {command}")
        changes = [event["kind"] for event in self.events(item)]
        same((changes.count("running_changed"), changes.count("method_changed")), (3, 1), "changes")
        same(self.gateway.orders(), orders, "the CA's orders")

    def killed_once(self, command, item, path, operation=None, **options):
        """What the next run finds done, it does not ask for again."""
        self.wire.arm("answered", path)
        code = self.host.run(command, item, operation=operation, **options).code
        same((code, self.wire.has_struck), (-9, True), f"{command}, killed at {path}")
        self.ok(command, item, operation=operation, **options)
