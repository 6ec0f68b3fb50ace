"""BILLmanager, as far as a processing module sees it: items with parameters in SQLite, and operations that run the module."""

import json
import os
import sqlite3
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULE = HERE.parent / "pmcertum"
SCHEMA = """
CREATE TABLE param (kind TEXT, id TEXT, name TEXT, value TEXT, secret INTEGER, PRIMARY KEY (kind, id, name));
CREATE TABLE runningoperation (id INTEGER PRIMARY KEY AUTOINCREMENT, item TEXT, command TEXT, error TEXT);
CREATE TABLE trap (function TEXT, deed TEXT);
CREATE TABLE sprung (function TEXT, name TEXT, PRIMARY KEY (function, name));
CREATE TABLE call (id INTEGER PRIMARY KEY AUTOINCREMENT, function TEXT, elid TEXT, arguments TEXT);
"""


class Answer:
    """What the module said, and how it ended."""

    def __init__(self, code, out, log, as_json=False):
        self.code, self.out, self.log = code, out, log
        self.doc = json.loads(out)["doc"] if as_json else ET.fromstring(out) if out.strip() else None

    def error(self):
        """The kind of the error, the field that it is about, and its words."""
        error = self.doc.find("error")
        return (error.get("type"), error.get("object"), error.findtext("msg")) if error is not None else None


class BillManager:
    MODULE_NUMBER = "3"

    def __init__(self, wire, directory):
        self.wire, self.directory, self.last = wire, Path(directory), 40
        self.path = self.directory / "billmanager.db"
        self.database = sqlite3.connect(self.path, timeout=30)
        self.database.executescript(SCHEMA)
        self.everything = ""

    def put(self, kind, number, values, secret=0):
        with self.database:
            for name, value in values.items():
                row = (kind, str(number), name, value, secret)
                self.database.execute("INSERT OR REPLACE INTO param VALUES (?, ?, ?, ?, ?)", row)

    def item(self, number):
        rows = self.database.execute("SELECT name, value FROM param WHERE kind = 'item' AND id = ?", (str(number),))
        return dict(rows.fetchall())

    def order(self, product, cost, **fields):
        """What the order form leaves behind when it was paid: an item, not opened yet."""
        self.last += 1
        self.put("pricelist", product, {"id": product, "intname": product})
        self.put("item", self.last, {
            "id": str(self.last), "account": "77", "pricelist": product, "processingmodule": self.MODULE_NUMBER,
            "status": "ordered", "service_status": "", "period": "12", "cost": cost, **fields,
        })
        return self.last

    def begin(self, item, command):
        """A running operation, which has a number until the module ends it."""
        with self.database:
            made = self.database.execute("INSERT INTO runningoperation (item, command) VALUES (?, ?)", (str(item), command))
            return made.lastrowid

    def operation_error(self, operation):
        row = self.database.execute("SELECT error FROM runningoperation WHERE id = ?", (operation,)).fetchone()
        return row and row[0]

    def trap(self, function=None, deed=None):
        """What `mgrctl` does at a function from now on: `kill` the module after each call of another kind, or `fail`."""
        with self.database:
            self.database.executescript("DELETE FROM trap; DELETE FROM sprung;")
            if function:
                self.database.execute("INSERT INTO trap VALUES (?, ?)", (function, deed))

    def run(self, command, item=None, operation=None, stdin=None, language="en", as_json=False, path=None, **options):
        """Runs the module as a process, as BILLmanager does."""
        words = [str(MODULE), "--command", command, "--lang", language]
        if item is not None:
            words += ["--item", str(item)]
        if operation is not None:
            words += ["--runningoperation", str(operation)]
        for name, value in options.items():
            words += [f"--{name}", value]
        if as_json:
            words.append("--json")
        path = path or f"{HERE / 'bin'}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "BILLMANAGER_DATABASE": str(self.path)}
        pipe = subprocess.PIPE
        process = subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, text=True)
        self.wire.victim = process.pid
        # Whoever waits for longer waits for ever.
        out, log = process.communicate(stdin or "", timeout=300)
        self.everything += out + log
        if process.returncode < 0:
            return Answer(process.returncode, "", log)
        return Answer(process.returncode, out, log, as_json)

    def calls(self):
        return self.database.execute("SELECT function, elid, arguments FROM call ORDER BY id").fetchall()


def openssl_request(subject, names=(), keep_key=False):
    """A key and a request, as BILLmanager makes them itself. The key comes back if it is kept."""
    with tempfile.TemporaryDirectory() as directory:
        key = f"{directory}/key.pem"
        command = ["openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-utf8", "-keyout", key, "-subj", subject]
        if names:
            command += ["-addext", "subjectAltName=" + ",".join(f"DNS:{name}" for name in names)]
        made = subprocess.run(command, capture_output=True, text=True, check=True)
        return made.stdout, Path(key).read_text() if keep_key else ""
