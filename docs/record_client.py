"""A record system's side of the local API: push a bill, ask, hear. Standard library only.

python record_client.py push bill.json | result NUMBER     (TERMINAL, TOKEN in the environment)
python record_client.py listen PORT                        (SECRET in the environment)
"""

import hashlib
import hmac
import json
import os
import ssl
import sys
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


class Terminal:
    """One terminal. `ca_file`: whose certificate is believed, where it is https."""

    def __init__(self, address, token, ca_file=None):
        self.address, self.token = address.rstrip("/"), token
        trust = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=ca_file))
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), trust)

    def push(self, bill, tries=5, pause=time.sleep):
        """Push until there is an answer, always under the same number: it cannot become two."""
        while True:
            tries -= 1
            try:
                status, told, wait_s = self.ask("POST", "/api/v1/bills", bill)
            except OSError:  # Nothing heard: it may have arrived.
                status, told, wait_s = 0, {"code": "no answer"}, 5
            if status not in (0, 429, 500, 503) or tries <= 0:
                return status, told
            pause(wait_s)

    def result(self, number):
        return self.ask("GET", f"/api/v1/bills/{number}")[:2]

    def withdraw(self, number):
        return self.ask("DELETE", f"/api/v1/bills/{number}")[:2]

    def wait(self, number, tries=120, pause=time.sleep):
        """Ask every few seconds until it is no longer waiting, taken or unknown."""
        while True:
            tries -= 1
            status, told = self.result(number)
            if tries <= 0 or told.get("state") not in ("waiting", "taken", "unknown"):
                return status, told
            pause(5)

    def ask(self, method, path, body=None):
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        wanted = urllib.request.Request(self.address + path, data, headers, method=method)  # noqa: S310
        try:
            with self.opener.open(wanted, timeout=10) as answer:
                return answer.status, json.load(answer), 0
        except urllib.error.HTTPError as problem:
            with problem:
                return problem.code, json.load(problem), int(problem.headers["Retry-After"] or 5)


def verified(secret, header, body, now, window_s=300):
    """Whether this terminal sent this body (bytes) just now."""
    parts = dict(part.partition("=")[::2] for part in (header or "").split(","))
    at = parts.get("t", "")
    digest = hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    right = hmac.compare_digest(digest.encode(), parts.get("v1", "").encode())
    return right and at.isdigit() and abs(now - int(at)) <= window_s


def listener(port, secret, heard, now=time.time):
    """A server that hands each result (JSON) to `heard` and answers 204."""

    class Callback(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 65536))
            if right := verified(secret, self.headers["Clinic-Terminal-Signature"], body, now()):
                heard(body.decode())
            self.send_response(204 if right else 403)
            self.end_headers()

    return HTTPServer(("127.0.0.1", port), Callback)


if __name__ == "__main__":
    what, which = sys.argv[1:3]
    if what == "listen":  # A line each, at once: whoever reads them may be another program.
        server = listener(int(which), os.environ["SECRET"], lambda told: print(told, flush=True))  # noqa: T201
        print("listening", flush=True)  # noqa: T201
        server.serve_forever()
    terminal = Terminal(os.environ["TERMINAL"], os.environ["TOKEN"], os.environ.get("CA_FILE"))
    pushed = json.loads(Path(which).read_text("utf-8")) if what == "push" else None
    answer = terminal.result(which) if pushed is None else terminal.push(pushed)
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
