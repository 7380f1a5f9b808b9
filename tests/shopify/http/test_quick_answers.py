"""Requests that are answered without awaiting anything have the same responses as all others."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from abandoned_checkouts.checkouts.moment import MINUTE, SECOND
from abandoned_checkouts.config import Settings
from abandoned_checkouts.shopify.http.quick_answers import QuickAnswers
from abandoned_checkouts.store.engine.actor import actor
from abandoned_checkouts.store.reading.snapshots import PostgresqlSnapshots
from tests.databases import Databases
from tests.shopify.caller import Caller, caller_for

FIELDS = "id totalPriceSet { shopMoney { amount } } customer { firstName } lineItems(first: 2) { nodes { title } }"
NODE = f"query One($id: ID!) {{ node(id: $id) {{ ... on AbandonedCheckout {{ {FIELDS} }} }} }}"
PAGE = f"""query Page($first: Int!, $after: String, $query: String = "status:open") {{
  abandonedCheckouts(first: $first, after: $after, query: $query) {{ nodes {{ {FIELDS} }} pageInfo {{ endCursor }} }}
}}"""
LITERAL = '{ node(id: "gid://shopify/AbandonedCheckout/NUMBER") { id __typename } }'
NODES = "query Some($ids: [ID!]!) { nodes(ids: $ids) { id } }"
BELOW = """query Some($ids: [ID!]!) {
  nodes(ids: $ids) { ... on AbandonedCheckout { lineItems(first: 50) { nodes { title } } } }
}"""
ADDRESS = "gid://shopify/MailingAddress/3?model_name=Address"
TWO = "query A { shop { __typename } } query B { abandonedCheckouts(first: 2) { nodes { id } } }"
ID = "gid://shopify/AbandonedCheckout/{}"
# Some requests read with an await, or for long: they are quick on PostgreSQL only.
ON_POSTGRESQL = "postgresql"
# Document, variables, and more of the body: whether the third request is answered at once, or soon.
REQUESTS: list[tuple[str, dict[str, Any] | None, dict[str, Any], bool | str]] = [
    (NODE, {"id": ID.format(3)}, {}, True),
    (NODE, {"id": ID.format(4), "undeclared": 1}, {"operationName": "One"}, True),
    (NODE, {"id": ID.format(4_000)}, {}, True),
    (NODE, {"id": "gid://shopify/Customer/902"}, {}, True),
    (NODE, {"id": "gid://shopify/Order/1"}, {}, True),
    (PAGE, {"first": 3}, {}, True),
    (PAGE, {"first": 3, "query": None}, {}, True),
    (PAGE, {"first": 2, "query": "status:open nonsense:1"}, {}, True),
    (PAGE, {"first": 3, "query": "created_at:>2020-01-01 weight:1"}, {}, True),
    ('{ abandonedCheckouts(first: 2, after: "nonsense") { nodes { id } } }', None, {}, False),
    (LITERAL.replace("NUMBER", "1"), None, {}, True),
    (LITERAL.replace("NUMBER", "2"), {}, {}, True),
    (TWO, None, {"operationName": "B"}, True),
    (TWO, None, {}, False),
    (TWO, None, {"operationName": "C"}, False),
    ("{ nodes(ids: []) { id } }", None, {}, True),
    (NODE, {"id": "no id"}, {}, False),
    (NODE, {"id": None}, {}, False),
    (NODE, {"id": [ID.format(3)]}, {}, False),
    (NODES, {"ids": [ID.format(3), ID.format(4), "gid://shopify/Order/1"]}, {}, True),
    (NODES, {"ids": ID.format(3)}, {}, True),
    (NODES, {"ids": [*map(ID.format, ("003", 3, 10**19, "9" * 18, "9" * 19, "٣", "3?x=1", "x", 3))]}, {}, True),
    (NODES, {"ids": ["gid://shopify/Customer/902", ID.format(3), "gid://shopify/Customer/902?a=b"]}, {}, True),
    (NODE, {"id": ID.format("03")}, {}, True),
    (NODE, {"id": ID.format("9" * 19)}, {}, True),
    (NODES, {"ids": [ID.format(number) for number in range(251)]}, {}, False),
    (NODES, {"ids": [None]}, {}, False),
    (NODE, {}, {}, False),
    (PAGE, {"first": 251}, {}, False),
    (PAGE, {"first": "3"}, {}, False),
    # Only a resolver finds an address, and the selections on other types cost nothing.
    (BELOW, {"ids": [ADDRESS, ID.format(3)]}, {}, ON_POSTGRESQL),
    ("{ __schema { queryType { name } } }", None, {}, False),
    ("{ shop { name } }", None, {}, ON_POSTGRESQL),
    ("{ abandonedCheckoutsCount { count } }", None, {}, ON_POSTGRESQL),
    ("mutation { orderCreate(order: {}) { order { id } } }", None, {}, False),
    ("{ nothing }", None, {}, False),
]


@pytest.fixture(params=["sqlite", "postgresql"])
async def both(
    databases: Databases, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> AsyncIterator[tuple[Caller, Caller]]:
    """The same on both databases."""
    async for found in two_callers(databases, monkeypatch, request.param):
        yield found


@pytest.fixture
async def callers(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Caller, Caller]]:
    """Callers of two servers with equal stores; the second answers nothing at once."""
    async for found in two_callers(databases, monkeypatch, "sqlite"):
        yield found


async def two_callers(
    databases: Databases, monkeypatch: pytest.MonkeyPatch, kind: str
) -> AsyncIterator[tuple[Caller, Caller]]:
    first, second = databases.new(kind), databases.new(kind)
    async for quick in caller_for(first, Settings(database_url=first, work=False)):
        async for ordinary in caller_for(second, Settings(database_url=second, work=False)):
            app_of(ordinary).graphql._quick = None
            # A token stays known for as long as the test takes.
            monkeypatch.setattr(app_of(quick).graphql.callers._recent, "_real_time", lambda: 0)
            yield quick, ordinary


def app_of(caller: Caller) -> Any:
    return caller.http._transport.app  # type: ignore[attr-defined]


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each request was answered at once, or soon."""
    found: list[bool] = []
    answer, answer_soon = QuickAnswers.answer, QuickAnswers.answer_soon

    def noted(self: QuickAnswers, *arguments: Any) -> bytes | None:
        body = answer(self, *arguments)
        found.append(body is not None)
        return body

    async def noted_soon(self: QuickAnswers, *arguments: Any) -> bytes | None:
        body = await answer_soon(self, *arguments)
        found.append(body is not None)
        return body

    monkeypatch.setattr(QuickAnswers, "answer_soon", noted_soon)
    monkeypatch.setattr(QuickAnswers, "answer", noted)
    return found


async def test_answers_are_the_same(both: tuple[Caller, Caller], answered: list[bool]) -> None:
    """Each request three times, because the first makes the document and the caller known. The points that are left
    are compared, too."""
    for text, variables, more, is_quick in REQUESTS:
        for time in range(3):
            for each in both:
                each.clock.now += SECOND // 2
            one, other = [await each.post(text, variables, **more) for each in both]
            assert one.content == other.content, (text, variables)
            assert same_headers(one.headers) == same_headers(other.headers)
            if time == 2:
                expected = is_quick is True or is_quick == app_of(both[0]).graphql.database.dialect
                assert answered[-1] == expected, (text, variables, more)


def same_headers(headers: Any) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "x-request-id"}


HEADERS = [
    {"Shopify-GraphQL-Cost-Debug": "1"},
    {"X-GraphQL-Cost-Include-Fields": "true"},
    {"X-Strict-Search": "1"},
    {"Shopify-Search-Query-Debug": "1"},
    {"Accept-Encoding": "gzip"},
    {"Content-Type": "application/json; charset=utf-8"},
    {"Content-Type": "text/plain"},
    {"Host": "nowhere.myshopify.com"},
    {"Host": "other.myshopify.com"},
]


async def test_headers_have_their_effect(callers: tuple[Caller, Caller]) -> None:
    text = PAGE.replace("nodes {", "nodes { a: name b: name c: name d: name e: note f: note g: name h: name", 1)
    for each in callers:
        await each.post(text, {"first": 12})
    for headers in HEADERS:
        one, other = [await each.post(text, {"first": 12}, headers=headers) for each in callers]
        assert (one.status_code, one.content) == (other.status_code, other.content), headers
        assert same_headers(one.headers) == same_headers(other.headers)


async def test_callers_are_not_confused(callers: tuple[Caller, Caller], answered: list[bool]) -> None:
    """Another token, a missing scope, another version: each has its own response."""
    for _ in range(2):
        for token in ("all", "products", "none", "foreign", "shpat_unknown", None):
            for version in ("2026-10", "2026-07", "unstable", "2019-01"):
                one, other = [
                    await each.post(NODE, {"id": ID.format(3)}, token=token, version=version) for each in callers
                ]
                assert (one.status_code, one.content) == (other.status_code, other.content), (token, version)
                assert same_headers(one.headers) == same_headers(other.headers)
    assert True in answered and False in answered


async def test_a_request_that_is_answered_soon_reads_as_its_caller(
    databases: Databases, answered: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A replica is read by this name only once it has what the caller has written."""
    readers: list[str] = []
    answer = PostgresqlSnapshots.answer

    async def noted(self: PostgresqlSnapshots, *arguments: Any, **options: Any) -> Any:
        readers.append(actor.get())
        return await answer(self, *arguments, **options)

    monkeypatch.setattr(PostgresqlSnapshots, "answer", noted)
    url = databases.new("postgresql")
    async for caller in caller_for(url, Settings(database_url=url, work=False)):
        monkeypatch.setattr(app_of(caller).graphql.callers._recent, "_real_time", lambda: 0)
        for _ in range(3):
            # The caller of the last request, whose context this test shares.
            actor.set("another")
            await caller.post(NODE, {"id": ID.format(3)})
    assert answered[-1] and len(readers) == 3
    assert {*readers} == {readers[0]} and readers[0].startswith("app ")


async def test_points_are_spent(both: tuple[Caller, Caller]) -> None:
    """Until there are not enough: then the response says so."""
    page = "abandonedCheckouts(first: 12) { nodes { lineItems(first: 5) { nodes { title } } } }"
    text = f"{{ {' '.join(f'a{number}: {page}' for number in range(6))} }}"
    for _ in range(100):
        one, other = [await each.post(text) for each in both]
        assert one.content == other.content
        if "THROTTLED" in one.text:
            return
    raise AssertionError("no request was throttled")


async def test_a_known_caller_is_looked_up_again(callers: tuple[Caller, Caller], answered: list[bool]) -> None:
    quick, _ = callers
    for _ in range(3):
        await quick.post(NODE, {"id": ID.format(3)})
    assert answered[-1]
    quick.clock.now += MINUTE
    await quick.post(NODE, {"id": ID.format(3)})
    assert not answered[-1]
    type(app_of(quick).graphql.callers._recent).forget_all()
    await quick.post(NODE, {"id": ID.format(3)})
    assert not answered[-1]


async def test_many_and_long_headers_take_little_memory(
    callers: tuple[Caller, Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abandoned_checkouts.shopify.http.quick_answers._MOST_CALLERS", 3)
    quick, _ = callers
    endpoint, sizes = app_of(quick).graphql, set()
    for number in range(8):
        await quick.post(NODE, {"id": ID.format(3)}, headers={"Host": f"tunnel{number}.example.com"})
        sizes.add(endpoint.cache_sizes()["known callers"])
    assert sizes == {7_000, 14_000, 21_000}
    before = dict(endpoint._quick._known)
    response = await quick.post(NODE, {"id": ID.format(3)}, headers={"Host": "a" * 1_000})
    assert response.status_code == 200 and endpoint._quick._known == before


async def test_a_response_at_once_is_that_of_the_application(callers: tuple[Caller, Caller]) -> None:
    quick, _ = callers
    app = app_of(quick)
    request = {"query": PAGE, "variables": {"first": 5}}
    sent = [await quick.http.post(URL, json=request, headers=quick.signed("all")) for _ in range(2)][-1]
    headers = [(name.lower(), value) for name, value in sent.request.headers.raw]
    scope = {"method": "POST", "path": URL, "scheme": "https", "headers": headers}
    response = app.at_once(scope, orjson.dumps(request))
    assert response is not None
    body, raw = response
    assert orjson.loads(body)["data"] == sent.json()["data"]
    assert [name for name, _ in raw] == [name for name, _ in sent.headers.raw]
    assert (
        app.at_once({**scope, "headers": [*headers, (b"x-forwarded-proto", b"https")]}, orjson.dumps(request)) is None
    )
    assert app.at_once({**scope, "path": "/healthz"}, b"") is None
    assert app.at_once(scope, b"{") is None
    assert app.at_once({**scope, "path": URL.removesuffix(".json")}, orjson.dumps(request)) is None


@pytest.mark.parametrize("path", ["/admin/api/graphql.json", "/admin/api/2025-01/graphql.json"])
async def test_a_response_at_once_names_the_version_that_answered(callers: tuple[Caller, Caller], path: str) -> None:
    quick, _ = callers
    request = {"query": PAGE, "variables": {"first": 5}}
    sent = [await quick.http.post(path, json=request, headers=quick.signed("all")) for _ in range(2)][-1]
    headers = [(name.lower(), value) for name, value in sent.request.headers.raw]
    scope = {"method": "POST", "path": path, "scheme": "https", "headers": headers}
    response = app_of(quick).at_once(scope, orjson.dumps(request))
    assert response is not None
    assert dict(response[1])[b"x-shopify-api-version"].decode() == sent.headers["x-shopify-api-version"] == "2026-01"


URL = "/admin/api/2026-10/graphql.json"
