"""The class `Twin`, with which a test controls the twin."""

import itertools
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx

from abandoned_checkouts.pytest_plugin.made import (
    JournalEntry,
    Json,
    TwinCheckout,
    TwinError,
    TwinFault,
    camel_case,
)
from abandoned_checkouts.pytest_plugin.serving import TwinServer, client_of
from abandoned_checkouts.shopify.formats.webhooks.topics import DELIVERED, header_topic
from abandoned_checkouts.shopify.language.versions import supported_versions
from abandoned_checkouts.twin.nearest import nearest

# Seconds of real time. A travel can take longer than every request.
_TIMEOUT = httpx.Timeout(60, read=600)
_VERSION = re.compile(r"\d{4}-(01|04|07|10)|unstable")


class Twin:
    """A twin for one test: a shop with an access token, a clock, faults and a journal.

    Methods call `/__twin` and raise TwinError with the reason if the twin refuses. They block: in an asynchronous test
    whose own event loop receives webhooks, call them by `asyncio.to_thread`.
    """

    def __init__(self, server: TwinServer, version: str | None = None) -> None:
        if version is not None and not _VERSION.fullmatch(version):
            raise TwinError(f'"{version}" is not an API version. Write, for example, "2026-10" or "unstable".')
        self._server, self._version = server, version
        self._http = client_of(server.url, server.transport, _TIMEOUT)
        self._numbers = itertools.count(1)

    @property
    def url(self) -> str:
        """The URL of the server, without a slash at its end."""
        return self._server.url

    @property
    def shop(self) -> str:
        """The domain of the shop."""
        return self._server.shop

    @property
    def token(self) -> str:
        """An access token of the shop, with all scopes: for the header X-Shopify-Access-Token."""
        return self._server.token

    @property
    def transport(self) -> httpx.BaseTransport | None:
        """The transport of a twin in this process, for httpx clients; None for a server with a port."""
        return self._server.transport

    @property
    def version(self) -> str:
        """The API version: that of the marker `twin_version`, else the latest one at the twin's time."""
        return self._version or supported_versions(self.now).latest.handle

    @property
    def graphql_url(self) -> str:
        return f"{self.url}/admin/api/{self.version}/graphql.json"

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a request to the Admin API."""
        return {"X-Shopify-Access-Token": self.token}

    # The clock

    @property
    def now(self) -> datetime:
        """The time of the twin."""
        return datetime.fromisoformat(self.ask("GET", "/clock")["currentInstant"])

    def travel(self, to: str | timedelta | datetime) -> Json:
        """Move the clock: by `"3 days"` or a timedelta, or to a datetime with a time zone.

        Work that becomes due on the way runs before this returns. Returns the amount of work by kind. The clock is
        frozen afterwards.
        """
        body: Json = {"action": "advance"}
        if isinstance(to, timedelta):
            body["durationMillis"] = to // timedelta(milliseconds=1)
        elif isinstance(to, datetime):
            body["instant"] = _instant(to)
        else:
            body["duration"] = to
        ran: Json = self.ask("PUT", "/clock", body)["ran"]
        return ran

    def freeze(self, instant: str | datetime | None = None) -> None:
        """Stop the clock, now or at an instant that is not in the past, for example `"2026-12-01T09:00:00Z"`."""
        at = {} if instant is None else {"instant": _instant(instant)}
        self.ask("PUT", "/clock", {"action": "freeze", **at})

    def run_on(self) -> None:
        """Let the clock run on from where it is."""
        self.ask("PUT", "/clock", {"action": "run"})

    # Shops, apps, tokens, checkouts

    def checkout(
        self, *, state: str = "abandoned", ago: str | None = None, shop: str | None = None, **checkout: object
    ) -> TwinCheckout:
        """Make a checkout: open, completed, abandoned, mailed, visited, recovered, closed or lapsed.

        `ago` is how long ago it started, for example `"2 hours"`. Other arguments are fields of the checkout, as in the
        JSON of `/intake/checkouts`, for example `email` and `line_items`.
        """
        body = {**checkout, "state": state, "shop": shop or self.shop}
        made = self.ask("POST", "/checkouts", body if ago is None else {**body, "ago": ago})
        return TwinCheckout(made["checkout"], self.ask)

    def new_shop(self, domain: str, **settings: object) -> Json:
        """Create a shop: `currency`, `timezone`, `platform` ("shopify" or "wix") and `name`."""
        shop: Json = self.ask("POST", "/shops", {"domain": domain, **camel_case(settings)})["shop"]
        return shop

    def change_shop(self, domain: str | None = None, **settings: object) -> Json:
        """Change settings of a shop, for example `plan="plus"`, `status="frozen"`, `abandoned_after_minutes=30`."""
        changed: Json = self.ask("PUT", f"/shops/{quote(domain or self.shop)}", settings)["settings"]
        return changed

    def new_app(self, **details: object) -> Json:
        """Install an app: `title`, `scopes`, `kind`, `approve`, `redirect_urls`. Returns client id and secret."""
        app: Json = self.ask("POST", "/apps", {"shop": self.shop, **camel_case(details)})["app"]
        return app

    def new_token(self, **details: object) -> str:
        """Create an access token: `scopes`, `app` (a client id), `expires_in` ("1 hour"), `user`, `shop`."""
        return str(self.ask("POST", "/tokens", {"shop": self.shop, **camel_case(details)})["token"])

    # Requests to the shop's API

    def graphql(
        self, document: str, variables: Json | None = None, *, token: str | None = None, version: str | None = None
    ) -> Json:
        """Send an operation to the Admin API. Returns the JSON of the response: `data`, `errors`, `extensions`.

        Raises TwinError if the status is not 200.
        """
        response = self._http.post(
            f"/admin/api/{version or self.version}/graphql.json",
            json={"query": document, "variables": variables or {}},
            headers={"X-Shopify-Access-Token": token or self.token},
        )
        if response.status_code != 200:
            raise TwinError(f"The Admin API answered {response.status_code}: {response.text[:500]}")
        found: Json = response.json()
        return found

    def subscribe(self, topic: str, address: str) -> str:
        """Subscribe to webhooks, for example of "checkouts/create". Returns the id of the subscription."""
        document = (
            "mutation($topic: WebhookSubscriptionTopic!, $uri: String!) { webhookSubscriptionCreate(topic: $topic, "
            "webhookSubscription: {uri: $uri}) { webhookSubscription { id } userErrors { message } } }"
        )
        names = {header_topic(name): name for name in DELIVERED}
        if topic not in names:
            raise TwinError(f'"{topic}" is not a topic that this server sends.{nearest(topic, names)}')
        answer = self.graphql(document, {"topic": names[topic], "uri": address})
        created = (answer.get("data") or {}).get("webhookSubscriptionCreate") or {}
        problems = [each["message"] for each in answer.get("errors") or created.get("userErrors") or []]
        if problems:
            raise TwinError(f"{topic}: {'; '.join(problems)}")
        return str(created["webhookSubscription"]["id"])

    # Faults

    def fault(self, **fault: object) -> TwinFault:
        """Add a fault, for example `endpoint="graphql", status=503, times=2`.

        The arguments are the keys of a fault in docs/testing.md, in Python's spelling: `retry_after`, `from_`.
        """
        rule = camel_case(fault)
        rule.setdefault("name", f"fault-{next(self._numbers)}")
        self.ask("PATCH", "/faults", rule)
        return TwinFault(str(rule["name"]), self.ask)

    def no_faults(self) -> None:
        """Remove all faults."""
        self.ask("DELETE", "/faults")

    def scenario(self, name: str, *, stage: int = 1) -> Json:
        """Start an incident of docs/scenarios.md, or continue with its next stage. Returns its description."""
        body = {"stage": stage, "shop": self.shop}
        started: Json = self.ask("POST", f"/scenarios/{quote(name, safe='')}", body)["scenario"]
        return started

    # The journal

    def requests(self, **filters: object) -> list[JournalEntry]:
        """The requests that the server received, oldest first. Filters are, for example, `operation="Checkouts",
        status=200`."""
        return self._find("requests", filters)

    def deliveries(self, topic: str | None = None, **filters: object) -> list[JournalEntry]:
        """The webhooks that the server sent, with one entry per attempt. `*` in a filter stands for any characters."""
        return self._find("deliveries", _with_topic(topic, filters))

    def mails(self, **filters: object) -> list[JournalEntry]:
        """The mails that flows sent, for example `to="ada@example.com"`."""
        return self._find("mails", filters)

    def wait_for_delivery(self, topic: str | None = None, *, timeout: float = 10.0, **filters: object) -> JournalEntry:
        """Wait until a webhook is sent. `timeout` is in seconds of real time; after it, TwinError is raised."""
        return self.wait_for("deliveries", 1, timeout=timeout, **_with_topic(topic, filters))[0]

    def wait_for(self, kind: str, count: int, *, timeout: float = 10.0, **filters: object) -> Sequence[JournalEntry]:
        """Wait until `count` "requests", "deliveries" or "mails" match the filters. Raises TwinError after
        `timeout`."""
        body = {**camel_case(filters), "count": count, "timeoutMillis": round(timeout * 1000)}
        return [JournalEntry(entry) for entry in self.ask("POST", f"/{quote(kind)}/wait-for-count", body)[kind]]

    def _find(self, kind: str, filters: dict[str, Any]) -> list[JournalEntry]:
        return [JournalEntry(entry) for entry in self.ask("POST", f"/{kind}/find", camel_case(filters))[kind]]

    # State

    def snapshot(self, name: str) -> None:
        """Keep the whole state under a name, with the clock and pending work."""
        self.ask("PUT", f"/snapshots/{quote(name, safe='')}")

    def restore(self, name: str) -> None:
        """Return to a snapshot."""
        self.ask("POST", f"/snapshots/{quote(name, safe='')}/restore")

    def forget(self, name: str) -> None:
        """Delete a snapshot."""
        self.ask("DELETE", f"/snapshots/{quote(name, safe='')}")

    def seed(self, number: int) -> None:
        """Begin the sequence of random ids and tokens again."""
        self.ask("POST", "/seed", {"seed": number})

    def ask(self, method: str, path: str, body: object = None) -> Json:
        """Send a request to an operation below `/__twin`. Returns the JSON of its response. Raises TwinError."""
        try:
            response = self._http.request(method, f"/__twin{path}", json=body)
        except httpx.TransportError as problem:
            raise TwinError(f"The twin at {self.url} does not respond: {problem or type(problem).__name__}") from None
        found: Json = response.json() if response.content[:1] == b"{" else {}
        if response.is_success:
            return found
        raise TwinError(str(found.get("errors") or f"{method} {path}: status {response.status_code}"))

    def close(self) -> None:
        """Close the connections of this object. The server runs on."""
        self._http.close()


def _instant(moment: str | datetime) -> str:
    if isinstance(moment, str):
        return moment
    if moment.tzinfo is None:
        raise TwinError(f"{moment!r} has no time zone. Add one, for example tzinfo=UTC.")
    return moment.isoformat()


def _with_topic(topic: str | None, filters: dict[str, Any]) -> dict[str, Any]:
    return filters if topic is None else {**filters, "topic": topic}
