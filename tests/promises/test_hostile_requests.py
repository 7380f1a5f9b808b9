"""Hostile requests to every endpoint: each is refused or answered within 100 ms of CPU on the event loop.

test_hostile_inputs has the documents of GraphQL. Here are bodies in JSON, YAML and JWT, templates, filters of Wix,
and parameters of REST and OAuth. Other threads and processes do not block the loop, so their time is not counted.
"""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest

from abandoned_checkouts.config import Settings
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.change_settings import change_settings
from abandoned_checkouts.store.tenants.shops import find_shop, register_app
from abandoned_checkouts.wix.event_tokens import new_private_key, public_key
from tests.pace import Pace
from tests.promises.test_hostile_inputs import INPUTS, LIMIT, nested
from tests.shopify.caller import NOW, Caller, caller_for

GRAPHQL = "/admin/api/2026-10/graphql.json"
LOCAL = {"Host": "localhost"}


@dataclass(frozen=True)
class Hostile:
    """A request; an object is sent as JSON. The token is in every header that an endpoint reads."""

    path: str
    body: Any = None
    method: str = "POST"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else orjson.dumps(self.body)


def graphql(body: Any) -> Hostile:
    return Hostile(GRAPHQL, body, headers={"Content-Type": "application/json"})


def flow(text: str | bytes) -> Hostile:
    return Hostile("/control/flows", text, headers={**LOCAL, "Content-Type": "application/yaml"})


def mail(template: str, name: str = "subject") -> Hostile:
    step = {"subject": "Hello", "message": "Hello", name: template}
    return Hostile("/control/flows", {"name": "x", "steps": [{"send_email": step}]}, headers=LOCAL)


def wix(**query: Any) -> Hostile:
    return Hostile("/ecom/v1/abandoned-checkout/query", {"query": query})


def wix_filter(value: Any) -> Hostile:
    return wix(filter=value)


def wix_search(text: str) -> Hostile:
    return Hostile("/ecom/v1/abandoned-checkout/search", {"search": {"search": {"expression": text}}})


def session(token: str) -> Hostile:
    grant = "urn:ietf:params:oauth:grant-type:token-exchange"
    body = {"grant_type": grant, "subject_token": token, "client_id": "app1", "client_secret": "secret"}
    return Hostile("/admin/oauth/access_token", body)


def wix_event(token: str) -> Hostile:
    return Hostile("/intake/wix", token, headers={"Content-Type": "text/plain"})


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).rstrip(b"=").decode()


def token_of(header: Any, claims: Any = None, signature: str = "AAAA") -> str:
    return f"{part(header)}.{part(claims or {})}.{signature}"


def listed(query: str) -> Hostile:
    return Hostile(f"/admin/api/2026-10/checkouts.json?{query}", method="GET")


def storefront(**values: Any) -> Hostile:
    return Hostile("/intake/checkouts", {"token": "t", "email": "a@b.example", **values})


LOOP = "{% for a in range(9999) %}"
REQUESTS: dict[str, dict[str, Hostile]] = {
    "JSON": {
        "open brackets": graphql("[" * 500_000),
        "objects in objects": graphql('{"a":' * 100_000),
        "a document in 2,000 lists": graphql({"query": nested(250)}),
        "100,000 equal keys": graphql("{" + '"query":"{shop{id}}",' * 20_000 + '"a":1}'),
        "a number of 200,000 digits": graphql('{"query":"{shop{id}}","variables":{"a":' + "9" * 200_000 + "}}"),
        "an exponent": graphql('{"query":"{shop{id}}","variables":{"a":1e999999999}}'),
        "escaped surrogates": graphql('{"query":"' + "\\ud800" * 100_000 + '"}'),
        "not UTF-8": graphql(b'{"query":"' + b"\xff" * 500_000 + b'"}'),
        "a name of an operation": graphql({"query": "{ shop { id } }", "operationName": "x" * 900_000}),
        "numbers": graphql({"query": "{ shop { id } }", "variables": {"a": list(range(120_000))}}),
        "extensions": graphql({"query": "{ shop { id } }", "extensions": {str(n): n for n in range(50_000)}}),
        "NaN": graphql('{"query":NaN}'),
        "a list of documents": graphql([{"query": "{ shop { id } }"}] * 20_000),
        "white space": graphql(" " * 900_000 + '{"query":"{ shop { id } }"}'),
    },
    "YAML": {
        "aliases of aliases": flow(
            "a: &a [x,x,x,x,x,x,x,x,x]\n"
            + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
        ),
        "merge keys": flow("a: &a {x: 1}\n" + "b: {<<: [" + "*a," * 3_000 + "]}"),
        "a circle": flow("&a [*a]"),
        "open brackets": flow("[" * 30_000),
        "open braces": flow("{a: " * 15_000),
        "64 KiB of items": flow("- x\n" * 16_000),
        "64 KiB of keys": flow("".join(f"k{n}: 1\n" for n in range(7_000))),
        "indentation": flow("".join(" " * n + "a:\n" for n in range(340))),
        "a megabyte": flow("a: " + "x" * 900_000),
        "a tag": flow("!!python/object/apply:os.system [ls]"),
        "tags": flow("- !!binary x\n" * 4_000),
        "a sexagesimal number": flow("name: " + "1:" * 20_000 + "1"),
        "digits": flow("name: " + "9" * 60_000),
        "an impossible date": flow("name: 9999-99-99\nsteps: [{wait: 2026-13-45T99:99:99Z}]"),
        "documents": flow("---\n" * 16_000),
        "quotes": flow('name: "' + "\\x41" * 15_000 + '"'),
        "a block text": flow("name: |\n" + " x\n" * 20_000),
        "question marks": flow("? " * 20_000),
        "directives": flow("%YAML 1.1\n" * 6_000),
        "not UTF-8": flow(b"name: \xff\xfe"),
    },
    "template": {
        "loops in loops": mail(LOOP * 6 + "x" + "{% endfor %}" * 6),
        "a power": mail("{{ 9 ** 9 ** 9 }}"),
        "a product of texts": mail("{{ 'x' * 999999999 }}"),
        "a product of lists": mail("{{ [0] * 999999999 }}"),
        "a format": mail("{{ '%999999999d' % 1 }}"),
        "a format method": mail("{{ '{:999999999}'.format(1) }}"),
        "classes": mail("{{ ''.__class__.__mro__[1].__subclasses__() }}"),
        "a macro that calls itself": mail("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"),
        "parentheses": mail("{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}"),
        "lists in lists": mail("{{ " + "[" * 3_000 + "]" * 3_000 + " }}"),
        "NOT": mail("{{ " + "not " * 5_000 + "1 }}"),
        "sums": mail("{{ " + "1+" * 10_000 + "1 }}"),
        "attributes": mail("{{ a" + ".a" * 10_000 + " }}"),
        "filters": mail("{{ 'a'" + "|upper" * 5_000 + " }}"),
        "conditions in conditions": mail("{% if 1 %}" * 2_000 + "{% endif %}" * 2_000),
        "ifs that do not end": mail("{% if 1 %}" * 5_000),
        "braces": mail("{{" * 30_000),
        "a comment that does not end": mail("{#" * 30_000),
        "an include": mail("{% include '/etc/passwd' %}"),
        "a text that grows": mail("{% set x = 'aa' %}" + "{% set x = x ~ x %}" * 60 + "{{ x }}", "message"),
        "padding": mail("{{ 'a'|center(999999999) }}", "message"),
        "words wrapped": mail("{{ ('a ' * 100000)|wordwrap(1) }}", "message"),
        "300 KiB of text": mail("a{{ 1 }}" * 40_000, "message"),
    },
    "Wix filter": {
        "$and 2,000 deep": wix_filter(nested(120, {"status": "ABANDONED"}, "$not")),
        "$and in $and": wix_filter(orjson.loads('{"$and":[' * 120 + "{}" + "]}" * 120)),
        "10,000 in $or": wix_filter({"$or": [{"id": str(n)} for n in range(10_000)]}),
        "100,000 in $in": wix_filter({"id": {"$in": [str(n) for n in range(50_000)]}}),
        "unknown operators": wix_filter({"id": {f"$x{n}": 1 for n in range(20_000)}}),
        "unknown fields": wix_filter({f"x{n}": 1 for n in range(20_000)}),
        "a long start": wix_filter({"buyerInfo.email": {"$startsWith": "a" * 500_000}}),
        "a long path": wix_filter({"a." * 200_000: 1}),
        "a number": wix_filter({"id": 1e308}),
        "an impossible date": wix_filter({"createdDate": {"$gt": "9" * 100_000}}),
        "sorts": wix(sort=[{"fieldName": "createdDate"}] * 50_000),
        "a page of 10^18": wix(cursorPaging={"limit": 10**18}),
        "an offset": wix(paging={"limit": 1, "offset": 2**62}),
        "a cursor of 900,000": wix(cursorPaging={"cursor": "A" * 900_000}),
        "fields": wix(fields=["id"] * 50_000, fieldsets=["FULL"] * 50_000),
        "a search of 200,000 words": wix_search("a " * 200_000),
        "a search of quotes": wix_search('"' * 100_000),
        "a search of marks": wix_search("a" + "\u0301" * 100_000),
    },
    "JWT": {
        "no algorithm": session(token_of({"alg": "none"}, {"dest": "https://acme.myshopify.com"}, "")),
        "dots": session("." * 50_000),
        "a header of 50,000 bytes": session(token_of({"alg": "HS256", "x": "y" * 50_000})),
        "claims in claims": session(token_of({"alg": "HS256"}, {"a": nested(250)})),
        "another algorithm": session(token_of({"alg": "RS256", "jwk": {"kty": "oct", "k": "AAAA"}})),
        "a key from outside": session(
            token_of({"alg": "HS256", "jku": "http://169.254.169.254/", "kid": "../" * 5_000})
        ),
        "critical": session(token_of({"alg": "HS256", "crit": ["x"] * 5_000})),
        "not base64": session("é.é.é"),
        "a signature of 60,000": session(token_of({"alg": "HS256"}, {}, "A" * 60_000)),
        "an event without a key": wix_event(token_of({"alg": "none"}, {"data": "{}"}, "")),
        "an event of dots": wix_event("." * 200_000),
        "an event in events": wix_event(token_of({"alg": "RS256"}, {"data": "{" * 100_000})),
        "an event of brackets": wix_event(token_of({"alg": "RS256"}, {"data": orjson.dumps(nested(120)).decode()})),
        "an empty event": wix_event(""),
    },
    "REST": {
        "5,000 parameters": listed("&".join(f"a{n}=1" for n in range(5_000))),
        "a limit": listed("limit=" + "9" * 10_000),
        "a page": listed("page_info=" + "A" * 60_000),
        "a date": listed("created_at_min=" + "2026-" * 10_000),
        "fields": listed("fields=" + "id," * 10_000),
        "percent signs": listed("status=" + "%ff" * 20_000),
        "since": listed("since_id=-" + "9" * 5_000),
        "a long path": Hostile("/admin/api/2026-10/" + "a/" * 20_000 + "checkouts.json", method="GET"),
        "dots in a path": Hostile("/admin/" + "../" * 10_000 + "healthz", method="GET"),
        "a code": Hostile("/admin/oauth/access_token", {"code": "f" * 100_000, "client_id": "x", "client_secret": "x"}),
        "a form": Hostile(
            "/admin/oauth/access_token",
            "&".join(f"a{n}=%41" for n in range(20_000)),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        ),
        "an address": Hostile("/admin/oauth/authorize?client_id=app1&redirect_uri=" + "%2f" * 20_000, method="GET"),
    },
    "storefront": {
        "lines": storefront(line_items=[{"title": "x", "quantity": 1, "price": "1"}] * 5_000),
        "a price": storefront(line_items=[{"title": "x", "quantity": 1, "price": "9" * 100_000}]),
        "an exponent": storefront(line_items=[{"title": "x", "quantity": 1, "price": "1e999999"}]),
        "a quantity": storefront(line_items=[{"title": "x", "quantity": 2**62, "price": "1"}]),
        "attributes": storefront(note_attributes=[{"name": str(n), "value": "x"} for n in range(10_000)]),
        "an e-mail address": storefront(email="@" * 100_000),
        "a phone number": storefront(phone="+" + "1" * 100_000),
        "a note": storefront(note="\ufdfa" * 100_000),
        "lists in lists": storefront(shipping_address=nested(200)),
        "a script as address": storefront(abandoned_checkout_url="javascript:" + "a" * 10_000),
    },
}


@pytest.fixture
async def server(sqlite_url: str) -> AsyncIterator[Caller]:
    scopes = ["write_orders", "read_customers", "read_products", "write_checkouts"]
    settings = Settings(database_url=sqlite_url, throttle=False, work=False)
    async for caller in caller_for(sqlite_url, settings, {"writer": scopes}):
        database = await open_database(sqlite_url)
        async with database.begin() as connection:
            shop = await find_shop(connection, "acme.myshopify.com")
            assert shop is not None
            await register_app(connection, shop, now=NOW, title="App", client_id="app1", client_secret="secret")
            await change_settings(connection, shop, {"wix_public_key": public_key(new_private_key())}, NOW)
        await database.close()
        yield caller


async def problem_with(
    server: Caller, method: str, path: str, headers: dict[str, str], content: bytes
) -> tuple[str, Any]:
    """What is wrong with the responses to this request, or "", and the last response."""
    pace = Pace(LIMIT)
    while pace.again():
        with pace.attempt():
            response = await server.http.request(method, path, content=content, headers=headers)
        if response.status_code >= 500 or "INTERNAL_SERVER_ERROR" in response.text:
            return f"{response.status_code} {response.text[:200]}", response
    return "" if pace.is_kept else f"{pace}; {response.status_code} {response.text[:100]}", response


def test_at_least_120_inputs_are_tested() -> None:
    documents, requests = (sum(map(len, table.values())) for table in (INPUTS, REQUESTS))
    assert requests >= 100
    assert documents + requests >= 180


@pytest.mark.parametrize("kind", REQUESTS)
async def test_a_hostile_request_costs_little(server: Caller, kind: str) -> None:
    token = server.tokens["writer"]
    signed = {"X-Shopify-Access-Token": token, "Authorization": token}
    for warm in (
        graphql({"query": "{ shop { id } }"}),
        flow("name: x\nsteps: []"),
        mail("x"),
        wix_filter({}),
        session(""),
    ):
        await server.http.request(warm.method, warm.path, content=warm.content, headers={**signed, **warm.headers})
    wrong = []
    for name, hostile in REQUESTS[kind].items():
        headers = {**signed, **hostile.headers}
        problem, response = await problem_with(server, hostile.method, hostile.path, headers, hostile.content)
        if not problem and kind == "template" and response.status_code == 201:
            # A template that is accepted is rendered, too.
            path = f"/merchant/flows/{response.json()['flow']['id']}/preview"
            problem, _ = await problem_with(server, "GET", path, headers, b"")
        if problem:
            wrong.append(f"{name}: {problem}")
    assert not wrong, "\n".join(wrong)
