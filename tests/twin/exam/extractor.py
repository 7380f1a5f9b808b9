"""A small extractor for the exam, with the standard library alone: python extractor.py pages|bulk|rest [MISTAKE].

Without a mistake it loses and doubles nothing. Each mistake is one that real extractors have made.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

URL, TOKEN = os.environ.get("ABANDONED_CHECKOUTS_URL", ""), os.environ.get("ABANDONED_CHECKOUTS_TOKEN", "")
STATE = Path(os.environ.get("ABANDONED_CHECKOUTS_STATE", "state.json"))
VERSION = "2026-10"
MISTAKES = (
    "ignores-errors",
    "empty-is-success",
    "exclusive-window",
    "no-overlap",
    "newest-row-is-the-state",
    "repeats-what-it-wrote",
    "drops-unknown-values",
    "gives-up-at-once",
    "ignores-errors-beside-data",
    "replaces-all",
    "takes-partial-files",
)
WAY, MISTAKE = [*sys.argv[1:3], "", ""][:2]
TRIES = 6
FORMAT = "%Y-%m-%dT%H:%M:%SZ"


class TryAgainError(Exception):
    """The request failed; another one may succeed. `seconds` is how long to wait."""

    def __init__(self, seconds: float = 0.2) -> None:
        super().__init__(f"not answered after {TRIES} tries")
        self.seconds = seconds


def patiently(once: Callable[[], Any]) -> Any:
    """The result of a request that may fail several times."""
    for left in reversed(range(TRIES)):
        try:
            return once()
        except TryAgainError as problem:
            if not left or MISTAKE in ("gives-up-at-once", "repeats-what-it-wrote"):
                raise
            time.sleep(problem.seconds)
    raise AssertionError


def fetch(path: str, body: Any = None) -> tuple[bytes, Any]:
    """Content and headers of a response with status 200. Raises TryAgainError for temporary errors, HTTPError for
    others."""
    headers = {"X-Shopify-Access-Token": TOKEN, "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(path if path.startswith("http") else URL + path, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.read(), response.headers
    except urllib.error.HTTPError as refused:
        if refused.code in (429, 500, 502, 503):
            raise TryAgainError(float(refused.headers.get("Retry-After", 0.2))) from None
        raise
    except Exception as problem:
        raise TryAgainError from problem


def parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        raise TryAgainError from None


def graphql(document: str, **variables: Any) -> Any:
    """The data. Errors beside data are errors."""
    body = {"query": document, "variables": variables}
    found = parsed(fetch(f"/admin/api/{VERSION}/graphql.json", body)[0])
    errors = found.get("errors")
    if errors and MISTAKE == "ignores-errors":
        return found.get("data")
    if errors and errors[0].get("extensions", {}).get("code") == "THROTTLED":
        raise TryAgainError(0.2)
    if errors and not (MISTAKE == "ignores-errors-beside-data" and found.get("data")):
        raise SystemExit(f"refused: {errors[0]['message']}")
    return found["data"]


PAGE = """query page($query: String, $after: String) {
  abandonedCheckouts(first: 250, query: $query, after: $after) {
    nodes { id updatedAt customer { email } totalPriceSet { shopMoney { amount currencyCode } } }
    pageInfo { hasNextPage endCursor } } }"""
BULK = (
    "{ abandonedCheckouts(query: %s) { edges { node { id updatedAt totalPriceSet { shopMoney { currencyCode } } } } } }"
)
RUN = (
    "mutation($query: String!) { bulkOperationRunQuery(query: $query) { bulkOperation { id } userErrors { message } } }"
)
SHOW = "query($id: ID!) { node(id: $id) { ... on BulkOperation { status objectCount url partialDataUrl } } }"
COUNT = "query($query: String) { abandonedCheckoutsCount(query: $query, limit: null) { count } }"


def pages(query: str) -> Iterator[list[Any]]:
    after = None
    while True:
        found = patiently(lambda: graphql(PAGE, query=query, after=after))  # noqa: B023 - called at once
        if not found:
            return
        yield found["abandonedCheckouts"]["nodes"]
        if not found["abandonedCheckouts"]["pageInfo"]["hasNextPage"]:
            return
        after = found["abandonedCheckouts"]["pageInfo"]["endCursor"]


def bulk(query: str) -> Iterator[list[Any]]:
    yield patiently(lambda: bulk_once(query))


def bulk_once(query: str) -> list[Any]:
    """The rows of a complete result. Raises TryAgainError when the operation must run again."""
    started = patiently(lambda: graphql(RUN, query=BULK % json.dumps(query)))
    number = started["bulkOperationRunQuery"]["bulkOperation"]["id"]
    expected = patiently(lambda: graphql(COUNT, query=query))["abandonedCheckoutsCount"]["count"]
    until = time.monotonic() + 45
    while (shown := patiently(lambda: graphql(SHOW, id=number))["node"])["status"] in ("CREATED", "RUNNING"):
        if time.monotonic() > until:
            raise SystemExit("the bulk operation does not end")
        time.sleep(0.2)
    file = shown["url"] or shown["partialDataUrl"]
    if MISTAKE == "takes-partial-files" and file:
        return whole_lines(fetch(file)[0])
    if not shown["url"] and expected and MISTAKE != "empty-is-success":
        raise TryAgainError
    if not shown["url"]:
        return []
    return list(patiently(lambda: downloaded(number, int(shown["objectCount"]))))


def downloaded(number: str, count: int) -> list[Any]:
    """The lines of a result, all of them."""
    url = patiently(lambda: graphql(SHOW, id=number))["node"]["url"]
    try:
        rows = whole_lines(fetch(url)[0])
    except urllib.error.HTTPError:
        raise TryAgainError from None
    if len(rows) != count:
        raise TryAgainError
    return rows


def whole_lines(content: bytes) -> list[Any]:
    lines = content.decode().split("\n")
    return [json.loads(line) for line in lines[:-1] if line]


def rest(query: str) -> Iterator[list[Any]]:
    path: str | None = f"/admin/api/{VERSION}/checkouts.json?status=any&limit=250&updated_at_min={query[14:34]}"
    while path:
        content, headers = patiently(lambda: fetch(path or ""))  # noqa: B023 - called at once
        yield parsed(content)["checkouts"]
        link = headers.get("Link", "")
        path = link.partition("<")[2].partition(">")[0] if 'rel="next"' in link else None


def main() -> None:
    # The upper end is chosen before the first page. The clock of the shop may differ by some seconds.
    until = datetime.now(UTC)
    known = json.loads(STATE.read_text())["until"] if STATE.is_file() else None
    since = known or os.environ["ABANDONED_CHECKOUTS_SINCE"]
    if known and MISTAKE not in ("no-overlap", "exclusive-window", "newest-row-is-the-state"):
        since = (datetime.strptime(known, FORMAT) - timedelta(hours=1)).strftime(FORMAT)
    # Without quotes, the time would end at its first colon. The server's > includes the instant, as
    # Shopify's does, so the mistake of an exclusive window is made when the rows are written.
    query = f"updated_at:>='{since}'"
    newest, read = "", {"pages": pages, "bulk": bulk, "rest": rest}[WAY]
    for more in (True, False):
        try:
            for rows in read(query):
                for row in rows:
                    newest = max(newest, write(row, since if known else ""))
            break
        except TryAgainError:
            if not (more and MISTAKE == "repeats-what-it-wrote"):
                raise
    by_row = ("exclusive-window", "newest-row-is-the-state")
    state = (newest or since) if MISTAKE in by_row else until.strftime(FORMAT)
    STATE.write_text(json.dumps({"until": state}))
    if MISTAKE == "replaces-all":
        line({"type": "ACTIVATE_VERSION", "stream": "abandoned_checkouts", "version": 1})


def write(row: Any, known_until: str) -> str:
    """Print a row. Returns its updated_at."""
    updated = row.get("updatedAt") or row["updated_at"]
    if MISTAKE == "exclusive-window" and updated <= known_until:
        return str(updated)
    money = (row.get("totalPriceSet") or {}).get("shopMoney") or {}
    if MISTAKE == "drops-unknown-values" and money.get("currencyCode") not in ("USD", "EUR"):
        return str(updated)
    line(row)
    return str(updated)


def line(value: Any) -> None:
    sys.stdout.write(json.dumps(value) + "\n")


if __name__ == "__main__":
    main()
