"""One walk from November 2026 to February 2027: each rule of the platform changes at its moment, and not before.

The twin's clock stops one second before each moment and at the moment, and the same check runs at both.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from abandoned_checkouts.config import Settings
from abandoned_checkouts.server import create_app

START = "2026-11-16T00:00:00Z"
BASE = "http://127.0.0.1:8000"
OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
# Before the day from which new public apps need expiring tokens.
OLD = "2026-03-31T23:59:59Z"
URLS = "{ abandonedCheckouts(first: 1) { nodes { abandonedCheckoutUrl } } }"
BULK = """mutation { bulkOperationRunQuery(query: "{ abandonedCheckouts { edges { node { id } } } }") {
  userErrors { message } } }"""
# The points of a standard shop.
POINTS = 2000


@dataclass
class Walker:
    """Requests of apps to the twin. `ran` is what ran in the last step of the clock."""

    client: httpx.AsyncClient
    token: str = ""
    ran: dict[str, int] = field(default_factory=dict)

    async def twin(self, method: str, path: str, body: Any = None) -> Any:
        response = await self.client.request(method, f"/__twin{path}", json=body)
        assert response.is_success, response.text
        return response.json()

    async def go(self, instant: str) -> None:
        clock = await self.twin("PUT", "/clock", {"action": "advance", "instant": instant})
        self.ran = clock["ran"]["total"]

    async def graphql(self, document: str, token: str | None = None, version: str = "2026-10") -> httpx.Response:
        headers = {"X-Shopify-Access-Token": token or self.token}
        return await self.client.post(f"/admin/api/{version}/graphql.json", json={"query": document}, headers=headers)

    async def data(self, document: str, token: str | None = None) -> Any:
        return (await self.graphql(document, token)).json()["data"]

    async def app(self, kind: str = "public", **details: Any) -> tuple[dict[str, str], str]:
        """The credentials of a new app, and its token, which does not expire."""
        app = (await self.twin("POST", "/apps", {"kind": kind, "createdAt": OLD, **details}))["app"]
        token = (await self.twin("POST", "/tokens", {"app": app["clientId"]}))["token"]
        return {"client_id": app["clientId"], "client_secret": app["clientSecret"]}, token

    async def oauth(self, app: dict[str, str], **parameters: str) -> httpx.Response:
        return await self.client.post(
            "/admin/oauth/access_token", json={**app, **parameters}, headers={"Host": "acme.myshopify.com"}
        )

    async def migrate(self, app: dict[str, str], token: str) -> httpx.Response:
        kinds = {"subject_token_type": OFFLINE, "requested_token_type": OFFLINE}
        return await self.oauth(app, grant_type=EXCHANGE, subject_token=token, expiring="1", **kinds)

    async def refresh(self, app: dict[str, str], token: str) -> httpx.Response:
        return await self.oauth(app, grant_type="refresh_token", refresh_token=token)


@asynccontextmanager
async def walker(folder: Path) -> AsyncIterator[Walker]:
    settings = Settings(
        database_url=f"sqlite+aiosqlite:///{folder / 'store.sqlite3'}",
        twin=True,
        twin_instant=START,
        # Work that is due runs when the clock moves, so real time has no part in the walk.
        work=False,
        bulk_folder=str(folder / "bulk"),
    )
    app = create_app(settings)
    transport = httpx.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        found = Walker(client)
        await found.twin("POST", "/shops", {"domain": "acme.myshopify.com", "timezone": "UTC"})
        await found.twin("PUT", "/shops/acme.myshopify.com", {"retention": "shopify", "recovery_link_days": "60"})
        found.token = (await found.twin("POST", "/tokens"))["token"]
        yield found


Check = Callable[[], Awaitable[object]]


class Rule(NamedTuple):
    """`before` and `after` are the results of the check before the moment, and from it on."""

    name: str
    moment: str
    check: Check
    before: object
    after: object


async def test_every_rule_changes_at_its_moment_and_not_before(tmp_path: Path) -> None:
    async with walker(tmp_path) as walk:
        rules = await rules_of(walk)
        for moment in sorted({rule.moment for rule in rules}, key=datetime.fromisoformat):
            due = [rule for rule in rules if rule.moment == moment]
            await walk.go(moment_after(moment, seconds=-1))
            assert [(rule.name, await rule.check()) for rule in due] == [(rule.name, rule.before) for rule in due]
            await walk.go(moment)
            assert [(rule.name, await rule.check()) for rule in due] == [(rule.name, rule.after) for rule in due]
    assert len(rules) == 16 and moment == "2027-02-15T00:00:00Z"


def moment_after(moment: str, *, seconds: float) -> str:
    return (datetime.fromisoformat(moment) + timedelta(seconds=seconds)).isoformat()


async def rules_of(walk: Walker) -> list[Rule]:
    return [*await token_rules(walk), *await data_rules(walk), *await checkout_rules(walk), *await request_rules(walk)]


async def token_rules(walk: Walker) -> list[Rule]:
    _, lasting = await walk.app()
    new_app, new_lasting = await walk.app(createdAt="2026-04-01T00:00:00Z")
    assert (await walk.graphql("{ shop { name } }", new_lasting)).status_code == 403
    pair = (await walk.migrate(new_app, new_lasting)).json()
    late_apps = [await walk.app(), await walk.app()]
    # Each refresh uses its token up, so that each check has its own.
    unused = [(app, (await walk.migrate(app, token)).json()) for app, token in (await walk.app(), await walk.app())]
    used_app, used = await walk.app()
    used_pair = (await walk.migrate(used_app, used)).json()
    replaced = (await walk.refresh(used_app, used_pair["refresh_token"])).json()

    def status_of(token: str) -> Check:
        async def check() -> object:
            return (await walk.graphql("{ shop { name } }", token)).status_code

        return check

    async def repeated_migration() -> object:
        return (await walk.migrate(new_app, new_lasting)).json().get("refresh_token") == pair["refresh_token"]

    async def repeated_refresh() -> object:
        again = (await walk.refresh(used_app, used_pair["refresh_token"])).json()
        return again.get("refresh_token") == replaced["refresh_token"]

    async def late_migration() -> object:
        app, token = late_apps.pop()
        return (await walk.migrate(app, token)).status_code

    async def late_refresh() -> object:
        app, kept = unused.pop()
        return (await walk.refresh(app, kept["refresh_token"])).status_code

    return [
        Rule("an access token lasts an hour", "2026-11-16T01:00:00Z", status_of(pair["access_token"]), 200, 401),
        Rule("a migration can be repeated for 7 days", "2026-11-23T00:00:00Z", repeated_migration, True, False),
        Rule("a refresh can be repeated for 30 days", "2026-12-16T00:00:00Z", repeated_refresh, True, False),
        Rule("public apps need expiring tokens", "2027-01-01T00:00:00Z", status_of(lasting), 200, 403),
        Rule("lasting tokens of public apps end", "2027-01-01T00:00:00Z", late_migration, 200, 400),
        Rule("a refresh token lasts 90 days", "2027-02-14T00:00:00Z", late_refresh, 200, 401),
    ]


async def data_rules(walk: Walker) -> list[Rule]:
    _, custom = await walk.app("custom", approve=["customer_data"])
    _, lasting = await walk.app(approve=["customer_data"])
    assert (await walk.graphql("{ shop { name } }", lasting)).status_code == 200

    def shows_link(token: str) -> Check:
        async def check() -> object:
            found = (await walk.graphql(URLS, token)).json()
            nodes = (found.get("data") or {}).get("abandonedCheckouts", {}).get("nodes") or [None]
            return bool(nodes[0]) and not found.get("errors")

        return check

    return [
        Rule("public apps need level 2 for links", "2026-12-01T00:00:00Z", shows_link(lasting), True, False),
        Rule("custom apps need level 2 for links", "2027-01-01T00:00:00Z", shows_link(custom), True, False),
    ]


async def checkout_rules(walk: Walker) -> list[Rule]:
    # This one is kept, because it was recovered.
    await walk.twin("POST", "/checkouts", {"state": "recovered"})
    made = (await walk.twin("POST", "/checkouts", {"state": "open"}))["checkout"]

    async def count() -> object:
        return (await walk.data("{ abandonedCheckoutsCount { count } }"))["abandonedCheckoutsCount"]["count"]

    async def lapses() -> object:
        return walk.ran.get("lapses", 0)

    async def link() -> object:
        return (await walk.client.get(made["abandonedCheckoutUrl"].removeprefix(BASE))).status_code

    return [
        Rule("a checkout is abandoned after 10 minutes", "2026-11-16T00:10:00Z", count, 1, 2),
        Rule("a checkout lapses after 30 days", "2026-12-16T00:10:00Z", lapses, 0, 1),
        Rule("a recovery link lasts 60 days", "2027-01-15T00:10:00Z", link, 200, 404),
        # 90 days end on Sunday, 2027-02-14. Shopify deletes on the next Monday.
        Rule("a checkout is deleted after 90 days", "2027-02-15T00:00:00Z", count, 2, 1),
    ]


async def request_rules(walk: Walker) -> list[Rule]:
    await walk.graphql(BULK)
    await walk.go(START)
    bulk = (await walk.data("{ currentBulkOperation { url } }"))["currentBulkOperation"]
    left = POINTS
    while left > POINTS - 500:
        left = (await walk.graphql(URLS)).json()["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"]
    # A standard shop gets 100 points per second.
    full = moment_after(START, seconds=(POINTS - left) / 100)

    async def is_full() -> object:
        cost = (await walk.graphql("{ shop { name } }")).json()["extensions"]["cost"]
        # Less than the points of a second are missing: those of the checks.
        return cost["throttleStatus"]["currentlyAvailable"] > POINTS - 10

    async def result() -> object:
        return (await walk.client.get(bulk["url"].removeprefix(BASE))).status_code

    async def version() -> object:
        return (await walk.graphql("{ shop { name } }", version="2026-01")).headers["X-Shopify-API-Version"]

    async def released() -> object:
        found = await walk.data("{ publicApiVersions { handle supported } }")
        return {row["handle"]: row["supported"] for row in found["publicApiVersions"]}["2027-01"]

    return [
        Rule("time restores the points of the rate limit", full, is_full, False, True),
        Rule("a bulk result is kept for 7 days", "2026-11-23T00:00:00Z", result, 200, 403),
        Rule("a new version is released", "2027-01-01T17:00:00Z", released, False, True),
        Rule("an old version falls forward", "2027-01-16T15:00:00Z", version, "2026-01", "2026-04"),
    ]
