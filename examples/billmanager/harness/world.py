"""The world around the module: a gateway on its sandbox, a wire that can be cut, and what the CA was asked."""

import http.client
import http.server
import json
import os
import signal
import subprocess
import threading
import urllib.parse
import urllib.request


class Gateway:
    """The gateway's program, on the sandbox that it brings."""

    def __init__(self, binary):
        environment = {**os.environ, "GATEWAY_KEY_PASSPHRASE": "correct horse battery staple"}
        self.process = subprocess.Popen([binary, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, env=environment)
        line = json.loads(self.process.stdout.readline())
        self.address, self.token, self.sandbox = line["address"], line["token"], line["sandbox"]

    def call(self, path, body=None, method=None):
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        return fetch(self.address + path, body, method, headers)

    def control(self, path, body=None, method=None):
        """The sandbox's other door: DNS, mail, officers, the clock, the record of calls."""
        return fetch(self.sandbox + path, body, method, {"Content-Type": "application/json"})

    def orders(self, *operations):
        """How many orders the CA took."""
        wanted = operations or ("quickOrder", "renewCertificate", "reissueCertificate")
        calls = self.control("calls")
        return sum(call["operation"] in wanted and call["outcome"]["kind"] == "success" for call in calls)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def fetch(url, body, method, headers):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method or ("GET" if data is None else "POST"))
    with urllib.request.urlopen(request, timeout=60) as answer:
        text = answer.read()
    return json.loads(text) if text else None


class Wire:
    """Between module and gateway. Armed, it kills the module at a call: when the call has gone out and nothing has come back
    (`sent`), or when the answer is there and has not been handed on (`answered`). It may have something else happen first
    (`meanwhile`)."""

    def __init__(self, gateway):
        self.armed, self.victim, self.has_struck, self.seen, self.meanwhile = None, None, False, [], None
        wire, target = self, urllib.parse.urlsplit(gateway.address)

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def forward(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                wire.seen.append((self.command, self.path, self.headers.get("Idempotency-Key")))
                if wire.meanwhile and wire.meanwhile[0] in self.path:
                    happens, wire.meanwhile = wire.meanwhile[1], None
                    happens()
                upstream = http.client.HTTPConnection(target.hostname, target.port, timeout=60)
                headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
                upstream.request(self.command, self.path, body, headers)
                if wire.strikes("sent", self.path):
                    upstream.getresponse().read()
                    return
                answer = upstream.getresponse()
                text = answer.read()
                if wire.strikes("answered", self.path):
                    return
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.getheader("Content-Type") or "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PUT = do_DELETE = forward

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def arm(self, moment, path):
        self.armed, self.has_struck = (moment, path), False

    def strikes(self, moment, path):
        if self.armed is None or self.armed[0] != moment or self.armed[1] not in path:
            return False
        self.armed, self.has_struck = None, True
        os.kill(self.victim, signal.SIGKILL)
        return True
