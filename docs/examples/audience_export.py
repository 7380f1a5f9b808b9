"""Writes the people who abandoned a checkout this month and agreed to marketing, as hashes for an advertising audience.

    SHOP_URL=http://127.0.0.1:8000 TOKEN=… python audience_export.py > audience.csv

One bulk operation reads everything, however large the shop is. Advertisers match SHA-256 hashes of addresses in lower
case, so no address leaves the shop.
"""

import csv
import hashlib
import json
import os
import sys
import time
import urllib.request

SHOP_URL, TOKEN = os.environ["SHOP_URL"], os.environ["TOKEN"]
SINCE = os.environ.get("SINCE", "2026-11-01")
PEOPLE = f"""{{ abandonedCheckouts(query: "created_at:>={SINCE} recovery_state:not_recovered") {{ edges {{ node {{ id
  totalPriceSet {{ shopMoney {{ amount }} }}
  customer {{ id defaultEmailAddress {{ emailAddress marketingState }} }} }} }} }} }}"""
RUN = """mutation($query: String!) { bulkOperationRunQuery(query: $query) {
  bulkOperation { id } userErrors { message } } }"""
STATUS = "{ currentBulkOperation { status errorCode url } }"


def graphql(document: str, **variables: object) -> dict:
    body = json.dumps({"query": document, "variables": variables}).encode()
    headers = {"X-Shopify-Access-Token": TOKEN, "Content-Type": "application/json"}
    request = urllib.request.Request(f"{SHOP_URL}/admin/api/2026-10/graphql.json", body, headers)
    return json.load(urllib.request.urlopen(request, timeout=30))["data"]


def main() -> None:
    problems = graphql(RUN, query=PEOPLE)["bulkOperationRunQuery"]["userErrors"]
    if problems:
        sys.exit(problems[0]["message"])
    while (operation := graphql(STATUS)["currentBulkOperation"])["status"] in ("CREATED", "RUNNING"):
        time.sleep(0.5)
    if operation["status"] != "COMPLETED":
        sys.exit(f"The bulk operation ended with {operation['status']}: {operation['errorCode']}")
    largest: dict[str, float] = {}
    if operation["url"]:  # No file: no checkout matched.
        for line in urllib.request.urlopen(operation["url"], timeout=60):
            checkout = json.loads(line)
            email = ((checkout.get("customer") or {}).get("defaultEmailAddress")) or {}
            if email.get("marketingState") == "SUBSCRIBED":
                key = hashlib.sha256(email["emailAddress"].strip().lower().encode()).hexdigest()
                value = float(checkout["totalPriceSet"]["shopMoney"]["amount"])
                largest[key] = max(value, largest.get(key, 0.0))
    rows = csv.writer(sys.stdout)
    rows.writerow(("email_sha256", "largest_cart"))
    rows.writerows(sorted(largest.items()))


if __name__ == "__main__":
    main()
