"""What is wanted, and then otherwise, and then again: mailboxes, requests, periods, prices; and certificates that are over."""

from billmanager import openssl_request
from play import ADMINISTRATOR, SAME, Play, holds, same, step, today


class Terms(Play):
    @step
    def changes_the_mailbox_there_and_back(self):
        item = self.host.order("601", "49.00", CN="post.example.com", crt_type="generate", opendate=today(), approver_method="auth_email",
                               approver_email="webmaster@post.example.com", **ADMINISTRATOR, **SAME)
        self.operate("open", item)
        self.wait(item, lambda fields: fields["service_status"] == "4", "it is validated")
        for mailbox in ("admin", "webmaster", "admin", "webmaster"):
            self.ok("send_dv_email", item, emails=f"{mailbox}@post.example.com")
            same(self.service(item)["method"]["id"], f"email:{mailbox}", "the method")
            same(self.host.item(item)["approver_email"], f"{mailbox}@post.example.com", "the approver")

    @step
    def takes_the_request_that_was_given_last(self):
        csr, _ = openssl_request("/CN=last.example.com", ["last.example.com"])
        item = self.host.order("601", "49.00", CN="last.example.com", csr=csr, crt_type="existing", opendate=today(), **ADMINISTRATOR, **SAME)
        self.operate("open", item)
        self.prove(item)
        first, second = (openssl_request("/CN=last.example.com", ["last.example.com"])[0] for _ in range(2))
        for csr in (first, second, first):
            self.host.put("item", item, {"csr": csr})
            self.operate("prolong", item)
        stored = [event for event in self.events(item) if event["kind"] == "request_stored"]
        same(len(stored), 3, f"requests that the gateway took: {stored}")

    # -- Periods and prices.

    @step
    def prolongs_by_the_period_that_was_bought(self):
        item = self.sold("period.example.com", "49.00")
        before = self.paid(item)
        self.host.put("item", item, {"period": "5"})
        self.refused("prolong", item, "period", operation=self.host.begin(item, "prolong"))
        for period, cost, cycle, months in (("24", "90.00", "biennially", 24), ("3", "15.5000", "quarterly", 3), ("3", "", "quarterly", 3)):
            self.host.put("item", item, {"period": period, "cost": cost})
            self.operate("prolong", item)
            after, billing = self.paid(item), self.service(item)["billing"]
            same((months_between(before, after), billing["cycle"]), (months, cycle), f"what {period} months paid, from {before} to {after}")
            before = after
        same(self.service(item)["billing"]["price"], "15.50 PLN", "the price")
        self.host.put("item", item, {"period": "12"})
        self.refused("prolong", item, "cost", operation=self.host.begin(item, "prolong"))
        same(self.paid(item), before, "what is paid")

    @step
    def prolongs_what_began_as_a_gift(self):
        item = self.sold("gift.example.com", "0.00")
        same(self.paid(item), None, "what is paid for a gift")
        self.refused("prolong", item, "period", operation=self.host.begin(item, "prolong"))
        self.host.put("item", item, {"cost": "49.00"})
        self.operate("prolong", item)
        ends = self.service(item)["account"]["term_ends"]
        same(months_between(ends, self.paid(item)), 12, "what follows the gift")

    @step
    def counts_a_payment_once_however_late_it_is_repeated(self):
        item = self.sold("again.example.com", "49.00")
        operations = [self.operate("prolong", item) for _ in range(2)]
        paid = self.paid(item)
        for operation in operations:
            self.ok("prolong", item, operation=operation)
            same(self.paid(item), paid, f"what is paid after operation {operation} was repeated")

    @step
    def counts_a_payment_once_though_two_tell_of_it(self):
        item = self.sold("both.example.com", "49.00")
        before, operation = self.paid(item), self.host.begin(item, "prolong")
        # The other one goes from its beginning to its end while this one asks for the service.
        self.wire.meanwhile = (f"/v1/services/{self.service(item)['id']}", lambda: self.ok("prolong", item, operation=operation))
        self.ok("prolong", item, operation=operation)
        same(months_between(before, self.paid(item)), 12, "what one payment paid")

    def sold(self, name, cost):
        item = self.host.order("601", cost, CN=name, crt_type="generate", opendate=today(), **ADMINISTRATOR, **SAME)
        self.operate("open", item)
        self.prove(item)
        return item

    def paid(self, item):
        return self.service(item)["account"]["paid_through"]

    # -- The end of certificates.

    @step
    def shows_what_was_revoked(self):
        item = self.sold("revoked.example.com", "49.00")
        serial = self.host.item(item)["certum_serial"]
        service = self.service(item)["id"]
        self.gateway.call(f"/v1/services/{service}/actions/revoke", {"serial_number": serial, "reason": "superseded"})
        fields = self.wait(item, lambda fields: fields["service_status"] == "6", "it is over")
        holds("revoked" in fields["certum_state"].lower(), f"the state: {fields['certum_state']}")
        calls = len(self.host.calls())
        self.ok("sync_item", item)
        same(len(self.host.calls()), calls, "calls of BILLmanager by a sync that has no news")

    @step
    def shows_what_is_expired(self):
        item = self.host.order("691", "", CN="expired.example.com", crt_type="generate", opendate=today(), **ADMINISTRATOR, **SAME)
        self.operate("open", item)
        self.prove(item)
        self.after(32)
        fields = self.wait(item, lambda fields: fields["service_status"] == "6", "it is over")
        same(fields["certum_state"], "expired", "the state")
        self.ok("sync_item", item, language="pl")
        same(self.host.item(item)["certum_state"], "wygasł", "the state in Polish")


def months_between(first, last):
    """From one last day to another; the two may be off by the days that months differ by."""
    (year, month, day), (later, then, end) = (map(int, text.split("-")) for text in (first, last))
    return round((later - year) * 12 + then - month + (end - day) / 31)
