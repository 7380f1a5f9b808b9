"""Fresh twins with the same seed and a frozen clock respond to the same story with the same bytes.

Work that is due at the present moment runs in the background, while requests come. The story is therefore the same for
each order of both: all work before the next request, no work before the clock moves, and the order of real time.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal, get_args

import httpx
import orjson
from sqlalchemy import select

from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.config import Settings
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.server import Server, create_app
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tables import events
from tests.work.receiver import Receiver

START = "2026-12-01T09:00:00Z"
BASE = "http://127.0.0.1:8000"
STATES = ("open", "completed", "abandoned", "mailed", "visited", "recovered", "closed", "lapsed")
LIST = """query Lost($after: String) { abandonedCheckouts(first: 2, after: $after, sortKey: CREATED_AT) {
  pageInfo { hasNextPage endCursor } nodes { id name abandonedCheckoutUrl createdAt customer { id email }
  lineItems(first: 5) { nodes { id title quantity } } } } abandonedCheckoutsCount { count } }"""
SUBSCRIBE = """mutation($topic: WebhookSubscriptionTopic!, $uri: String!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: {uri: $uri}) {
    webhookSubscription { id createdAt } userErrors { message } } }"""
BULK = """mutation { bulkOperationRunQuery(query: "{ abandonedCheckouts { edges { node { id email: name } } } }") {
  bulkOperation { id status } userErrors { message } } }"""
BULK_STATUS = "{ currentBulkOperation { id status url objectCount fileSize createdAt completedAt } }"
# When work that is due runs: in the order of real time, before the next request, or only when the clock moves.
Background = Literal["in real time", "before the next request", "when the clock moves"]
BACKGROUNDS: tuple[Background, ...] = get_args(Background)
# Real time, which the journal measures.
MEASURED = re.compile(rb'"durationMillis":[0-9.]+')


class Story:
    """Sends requests and keeps every response: status, headers and body."""

    def __init__(self, client: httpx.AsyncClient, after_each: Callable[[], Awaitable[None]]) -> None:
        self._client, self._after_each = client, after_each
        self.responses: list[tuple[str, int, list[tuple[str, str]], bytes]] = []
        self.headers: dict[str, str] = {}

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        content = None if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
        sent = {**self.headers, **headers, "Content-Type": "application/json"}
        response = await self._client.request(method, path, content=content, headers=sent)
        kept = MEASURED.sub(b'"durationMillis":0', response.content)
        shown = [(name, value) for name, value in response.headers.multi_items() if name != "content-length"]
        self.responses.append((f"{method} {path}", response.status_code, shown, kept))
        await self._after_each()
        try:
            return orjson.loads(response.content)
        except orjson.JSONDecodeError:
            return response.text

    async def graphql(self, document: str, **variables: object) -> Any:
        body = {"query": document, "variables": variables}
        return await self.send("POST", "/admin/api/2026-10/graphql.json", body)


@asynccontextmanager
async def served_story(url: str, folder: Path, background: Background) -> AsyncIterator[Story]:
    settings = Settings(
        database_url=url,
        twin=True,
        twin_seed=42,
        twin_instant=START,
        allow_private_targets=True,
        bulk_folder=str(folder),
        work=background == "in real time",
    )
    app = create_app(settings)

    async def after_each() -> None:
        if background == "before the next request":
            assert isinstance(app, Server) and app.twin is not None
            await app.twin.travel.settle()

    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield Story(client, after_each)


async def tell(story: Story, receiver: Receiver) -> None:
    """Send requests of every kind whose responses contain ids, tokens, cursors or times."""
    await story.send("POST", "/__twin/shops", {"domain": "acme.myshopify.com", "currency": "EUR"})
    app = (await story.send("POST", "/__twin/apps", {"title": "Win back", "kind": "admin"}))["app"]
    made = await story.send("POST", "/__twin/tokens", {"app": app["clientId"]})
    story.headers = {"X-Shopify-Access-Token": made["token"]}
    for topic in ("CHECKOUTS_CREATE", "CHECKOUTS_UPDATE", "CHECKOUTS_DELETE"):
        await story.graphql(SUBSCRIBE, topic=topic, uri=receiver.url(f"/{topic}"))
    flows = (await story.send("GET", "/control/flows"))["flows"]
    await story.send("PATCH", f"/control/flows/{flows[0]['id']}", {"active": True})
    checkouts = [(await story.send("POST", "/__twin/checkouts", {"state": state}))["checkout"] for state in STATES]
    await story.send("POST", "/intake/checkouts", {"email": "ada@example.com", "line_items": [{"title": "Mug"}]})
    await story.send("POST", "/intake/checkouts", b'{"email"')
    for duration in ("20 minutes", "3 hours", "2 days"):
        await story.send("PUT", "/__twin/clock", {"action": "advance", "duration": duration})
    after = None
    while True:
        page = (await story.graphql(LIST, after=after))["data"]["abandonedCheckouts"]["pageInfo"]
        if not page["hasNextPage"]:
            break
        after = page["endCursor"]
    await story.send("POST", f"/__twin/checkouts/{checkouts[2]['id']}/recover")
    await story.send("POST", f"/__twin/checkouts/{checkouts[3]['token']}/delete")
    await story.graphql(BULK)
    await story.send("PUT", "/__twin/clock", {"action": "advance", "duration": "1 minute"})
    bulk = (await story.graphql(BULK_STATUS))["data"]["currentBulkOperation"]
    await story.send("GET", bulk["url"].removeprefix(BASE))
    # Changes directly after something whose work is pending.
    await story.send("POST", "/__twin/checkouts", {"state": "visited"})
    await story.send("POST", "/__twin/faults", [{"name": "gone", "webhook": "lost", "topic": "checkouts/*"}])
    await story.send("POST", "/__twin/checkouts", {"state": "abandoned"})
    await story.send("GET", "/__twin/faults")
    await story.send("POST", "/__twin/checkouts", {"state": "open"})
    await story.send("PUT", "/__twin/snapshots/middle")
    await story.send("POST", "/__twin/checkouts", {"state": "closed"})
    await story.send("POST", "/__twin/snapshots/middle/restore")
    await story.send("POST", "/__twin/checkouts", {"state": "mailed"})
    await story.send("POST", "/__twin/seed", {"seed": 43})
    await story.send("PUT", "/__twin/clock", {"action": "advance", "duration": "20 minutes"})
    await story.send("POST", "/__twin/faults", [{"name": "busy", "throttled": True, "probability": 0.5}])
    for _ in range(6):
        await story.graphql("{ shop { name } }")
    await story.send("POST", "/__twin/faults", [])
    await story.graphql("{ nothing }")
    await story.send("GET", "/admin/api/2026-10/checkouts.json?limit=2")
    await story.send("GET", "/admin/api/2026-10/checkouts/count.json")
    await story.send("GET", "/admin/oauth/access_scopes.json")
    await story.send("POST", "/ecom/v1/abandoned-checkouts/query", {"query": {}}, Authorization=made["token"])
    await story.send("GET", checkouts[4]["abandonedCheckoutUrl"].removeprefix(BASE))
    await story.send("GET", "/control/deliveries")
    await story.send("GET", "/nowhere")
    for kind in ("requests", "deliveries", "mails"):
        await story.send("POST", f"/__twin/{kind}/find", {})
    await story.send("GET", "/__twin/clock")


async def test_fresh_servers_tell_the_same_story(tmp_path: Path) -> None:
    # Every third attempt fails, so that retries have their place in the story.
    attempts: dict[str, int] = {}

    def behave(path: str, headers: dict[str, str], body: bytes) -> int:
        attempts[path] = attempts.get(path, 0) + 1
        return 500 if attempts[path] % 3 == 0 else 200

    kept = []
    async with Receiver(behave=behave) as receiver:
        for number, background in enumerate(BACKGROUNDS):
            attempts.clear()
            receiver.received.clear()
            folder = tmp_path / str(number)
            async with served_story(f"sqlite+aiosqlite:///{folder}.sqlite3", folder, background) as story:
                await tell(story, receiver)
            kept.append((story.responses, [(each.path, each.headers, each.body) for each in receiver.received]))
    first, first_received = kept[0]
    statuses = [status for _, status, _, _ in first]
    assert len(first) > 45 and statuses.count(200) > 30 and len(first_received) > 15
    for background, (other, other_received) in zip(BACKGROUNDS[1:], kept[1:], strict=True):
        for one, same in zip(first, other, strict=True):
            assert one == same, f"{one[0]}, work {background}"
        assert first_received == other_received, background


async def test_a_twin_that_is_started_again_on_its_store_shows_the_first_page(sqlite_url: str) -> None:
    """The seed begins again, and the cookie of the first session must not."""
    database = await open_database(sqlite_url)
    await fill(database, checkouts=3, seed=1, now=parse_moment(START))
    await database.close()
    cookies = set()
    for _ in range(2):
        app = create_app(Settings(database_url=sqlite_url, twin=True, twin_instant=START))
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            page = await client.get("/")
        assert page.status_code == 200, page.text
        cookies.add(page.headers["set-cookie"])
    assert len(cookies) == 2


async def test_a_twin_that_is_started_again_on_its_store_creates_no_id_twice(sqlite_url: str) -> None:
    """The clock begins again at the same instant, and the requests are the same."""
    settings = Settings(database_url=sqlite_url, twin=True, twin_instant=START)
    made: list[str] = []
    for number in range(3):
        app = create_app(settings)
        transport = httpx.ASGITransport(app=app)
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=BASE) as client:

            async def ask(path: str, body: Any, client: httpx.AsyncClient = client) -> Any:
                response = await client.request("PUT" if path == "clock" else "POST", f"/__twin/{path}", json=body)
                assert response.is_success, response.text
                return response.json()

            await ask("shops", {"domain": f"shop-{number}.myshopify.com"})
            shop = {"shop": "shop-0.myshopify.com"}
            installed, token = (await ask("apps", shop))["app"], await ask("tokens", shop)
            checkouts = [(await ask("checkouts", {**shop, "state": state}))["checkout"] for state in STATES]
            await ask("clock", {"action": "advance", "duration": "2 days"})
        made += [installed["clientId"], installed["clientSecret"], token["token"]]
        made += [str(each[name]) for each in checkouts for name in ("id", "token", "email")]
        made += [each["wixId"] for each in checkouts if each["wixId"]]
    assert len(set(made)) == len(made)
    database = await open_database(sqlite_url)
    async with database.read() as connection:
        listed = (await connection.execute(select(events.c.event_id))).scalars().all()
    await database.close()
    assert len(set(listed)) == len(listed) > 3 * len(STATES)
