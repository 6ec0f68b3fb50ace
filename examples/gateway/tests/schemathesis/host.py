"""A host that calls the gateway, and holds each answer against the document."""

import json
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from jsonschema import Draft202012Validator

OFFER = {"product": "601", "default_method": "dns-txt-prefix", "billing": "recurring", "price": "49.00",
         "currency": "PLN", "cycle": "annually"}


class Host:
    def __init__(self, line, document):
        self.line, self.document, self.answered = line, document, set()

    def call(self, method, path, body=None, query="", key=None, **named):
        """Calls a route by its path in the document. It has to succeed, with an answer that the document describes."""
        url = self.line["address"] + path.format(**named) + query
        headers = {"Authorization": f"Bearer {self.line['token']}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method)) as answer:
                status, kind, content = answer.status, answer.headers.get_content_type(), answer.read()
                self.check_headers(method, path, status, answer.headers)
        except urllib.error.HTTPError as refused:
            raise SystemExit(f"{method} {url}: {refused.code} {refused.read().decode()}") from None
        self.answered.add((method, path))
        described = self.described(method, path, status).get("content", {})
        if not content:
            assert not described, f"{method} {path}: nothing was answered"
            return None
        assert kind in described, f"{method} {path}: {kind}"
        if kind != "application/json":
            return content
        value = json.loads(content)
        schema = {"components": self.document["components"], **described[kind]["schema"]}
        for error in Draft202012Validator(schema).iter_errors(value):
            raise SystemExit(f"{method} {path}: {error.json_path} {error.message[:300]}")
        return value

    def described(self, method, path, status):
        response = self.document["paths"][path][method.lower()]["responses"][str(status)]
        return response

    def check_headers(self, method, path, status, headers):
        for name, header in self.described(method, path, status).get("headers", {}).items():
            assert not header.get("required") or name in headers, f"{method} {path}: no {name}"

    def act(self, service, action, body=None, query="", key=None):
        return self.call("POST", f"/v1/services/{{id}}/actions/{action}", body, query, key, id=service)

    def sell(self, reference, **offer):
        sale = {"reference": reference, "customer": "customer-7", "offer": OFFER | offer, "language": "en"}
        return self.call("POST", "/v1/services", sale)["id"]

    def fill_in(self, service, names, **form):
        """A form with a key that the gateway keeps."""
        form = {"key": {"choice": "generate", "algorithm": "ec-p256", "keep": True},
                "contact": {"first_name": "Jan", "last_name": "Nowak", "email": "jan@example.com"},
                "names": [{"name": name} for name in names]} | form
        form["csr"] = self.call("POST", "/v1/services/{id}/request", form, id=service)["csr"]
        return form

    def order(self, service, names, **form):
        self.act(service, "configure", self.fill_in(service, names, **form))
        return self.until(service, lambda shown: shown["state"] == "validating")

    def prove(self, service, count=1):
        """Takes a service to so many certificates. What was proved before need not be proved again."""
        def is_there(shown):
            return shown["state"] == "active" and len(shown["certificates"]) >= count

        def records(shown):
            return [told["record"] for told in shown["instructions"]]

        published = []
        while True:
            shown = self.until(service, lambda shown: is_there(shown) or any(record not in published for record in records(shown)))
            if is_there(shown):
                return shown
            # A code may be replaced while it is read: what counts is what is told last.
            for record in records(self.call("GET", "/v1/services/{id}/verification", id=service)):
                self.publish({"name": record["name"], "type": record["type"], "value": record["value"]})
                published.append(record)
            self.act(service, "request_check")

    def publish(self, record):
        request = urllib.request.Request(f"{self.line['sandbox']}dns", json.dumps(record).encode(), method="POST")
        urllib.request.urlopen(request).close()

    def until(self, service, is_wanted):
        for _ in range(600):
            shown = self.call("POST", "/v1/services/{id}/work", id=service)
            if is_wanted(shown):
                return shown
            time.sleep(0.1)
        raise SystemExit(f"{service} never is what it is to be: {shown['state']}")


def request_for(name):
    """A certificate request for a key that nobody else has."""
    with tempfile.NamedTemporaryFile() as key:
        command = ["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                   f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", key.name]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
