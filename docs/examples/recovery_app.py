"""A recovery app in 60 lines of Python, without libraries: it reminds each buyer once.

    SHOP_URL=http://127.0.0.1:8000 TOKEN=… SECRET=… APP_URL=http://127.0.0.1:9000 python recovery_app.py

Webhooks only say that it is time to look; the API says what is true now. So a webhook that is lost, late or repeated
does no harm, and a buyer who has bought meanwhile gets no mail.
"""

import base64
import hashlib
import hmac
import json
import os
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SHOP_URL, TOKEN, SECRET, APP_URL = (os.environ[name] for name in ("SHOP_URL", "TOKEN", "SECRET", "APP_URL"))
SUBSCRIBE = """mutation($uri: String!) { webhookSubscriptionCreate(topic: CHECKOUTS_UPDATE,
  webhookSubscription: {uri: $uri}) { userErrors { message } } }"""
LOST = """query($after: String) { abandonedCheckouts(first: 50, after: $after, query: "recovery_state:not_recovered") {
  pageInfo { hasNextPage endCursor }
  nodes { id abandonedCheckoutUrl customer { firstName defaultEmailAddress { emailAddress } } } } }"""
woken, reminded = threading.Event(), set()  # A real app keeps `reminded` in its database.


def graphql(document: str, **variables: object) -> dict:
    body = json.dumps({"query": document, "variables": variables}).encode()
    headers = {"X-Shopify-Access-Token": TOKEN, "Content-Type": "application/json"}
    while True:
        request = urllib.request.Request(f"{SHOP_URL}/admin/api/2026-10/graphql.json", body, headers)
        answer = json.load(urllib.request.urlopen(request, timeout=30))
        if not any(each.get("extensions", {}).get("code") == "THROTTLED" for each in answer.get("errors", [])):
            return answer["data"]
        time.sleep(1)  # 100 points come back per second, enough for this query.


def remind_all() -> None:
    after = None
    while True:
        page = graphql(LOST, after=after)["abandonedCheckouts"]
        for checkout in page["nodes"]:
            address = ((checkout["customer"] or {}).get("defaultEmailAddress") or {}).get("emailAddress")
            if address and checkout["id"] not in reminded:
                reminded.add(checkout["id"])
                print(
                    json.dumps({"to": address, "link": checkout["abandonedCheckoutUrl"]}), flush=True
                )  # Send it here.
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


class Webhooks(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        expected = base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()
        is_genuine = hmac.compare_digest(expected, self.headers.get("X-Shopify-Hmac-Sha256", ""))
        self.send_response(200 if is_genuine else 401)
        self.end_headers()
        if is_genuine:
            woken.set()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(APP_URL.rpartition(":")[2])), Webhooks)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    graphql(SUBSCRIBE, uri=f"{APP_URL}/webhooks")
    while True:
        remind_all()
        woken.wait(60)  # A checkout that becomes abandoned sends no webhook, so look every minute, too.
        woken.clear()
