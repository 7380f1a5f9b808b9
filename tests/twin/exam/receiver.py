"""A small receiver of webhooks for the exam, with the standard library alone: python receiver.py [MISTAKE].

`python receiver.py job` is its job that reads the list. Without a mistake it stores each row once, and the newest last.
Each mistake is one that real receivers have made.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

MISTAKES = ("processes-twice", "last-one-wins", "forgets-deletions", "drops-unknown-versions")
MISTAKE = (*sys.argv[1:], "")[0]
OUTPUT = Path(os.environ.get("ABANDONED_CHECKOUTS_OUTPUT", "rows.jsonl"))
SECRET = os.environ.get("ABANDONED_CHECKOUTS_WEBHOOK_SECRET", "").encode()
VERSION = "2026-10"
PAGE = "{abandonedCheckouts(first:250){nodes{id updatedAt}}}"


def store(row: dict[str, object]) -> None:
    with OUTPUT.open("a") as file:
        file.write(json.dumps(row) + "\n")


class Receiver(BaseHTTPRequestHandler):
    processed: set[str] = set()
    stored: dict[int, str] = {}
    deleted: set[int] = set()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signature = base64.b64encode(hmac.digest(SECRET, body, hashlib.sha256)).decode()
        if self.path != "/webhooks" or not hmac.compare_digest(signature, self.headers["X-Shopify-Hmac-Sha256"]):
            self.answer(401)
            return
        name = self.headers["X-Shopify-Webhook-Id"]
        is_known_version = self.headers["X-Shopify-API-Version"] >= "2026-01"
        if name not in self.processed and (is_known_version or MISTAKE != "drops-unknown-versions"):
            self.process(self.headers["X-Shopify-Topic"], json.loads(body))
        if MISTAKE != "processes-twice":
            self.processed.add(name)
        self.answer(200)

    def process(self, topic: str, checkout: dict[str, object]) -> None:
        # Since 2026-04, the id of a checkout is only in its name.
        number = int(str(checkout.get("id") or str(checkout["name"]).removeprefix("#")))
        updated = str(checkout.get("updated_at"))
        if topic == "checkouts/delete":
            if MISTAKE != "forgets-deletions":
                self.deleted.add(number)
            store({"id": number, "deleted": True})
            return
        known = self.stored.get(number, "")
        is_newer = updated > known or MISTAKE == "last-one-wins" or (MISTAKE == "processes-twice" and updated == known)
        if number not in self.deleted and is_newer:
            self.stored[number] = updated
            store({"id": number, "updatedAt": updated})

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


def read_list() -> None:
    request = urllib.request.Request(
        f"{os.environ['ABANDONED_CHECKOUTS_URL']}/admin/api/{VERSION}/graphql.json",
        data=json.dumps({"query": PAGE}).encode(),
        headers={
            "Content-Type": "application/json",
            "X-Shopify-Access-Token": os.environ["ABANDONED_CHECKOUTS_TOKEN"],
        },
    )
    with urllib.request.urlopen(request) as response:
        for row in json.load(response)["data"]["abandonedCheckouts"]["nodes"]:
            store(row)


if __name__ == "__main__":
    if MISTAKE == "job":
        read_list()
    else:
        HTTPServer(("127.0.0.1", int(os.environ["ABANDONED_CHECKOUTS_PORT"])), Receiver).serve_forever()
