"""Shopify's calendar of tokens, from 2026-03-31 to 2027-02-01: each story is a table of date, step and answer.

A step is a verb and the names of tokens: `pair → A` exchanges a session token for a pair with expiring=1, `lasting → L`
for a token that does not expire, `refresh A → B` and `migrate L → A` replace tokens, `call A` uses an access token.
The answer is a status, `new` for tokens that were not seen before, or `same` for exactly the earlier ones.
"""

from dataclasses import dataclass, field
from typing import Any

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select

from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.shopify.http.refusals import NON_EXPIRING
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tables import tokens
from abandoned_checkouts.store.tenants.installations import set_assertion_key
from abandoned_checkouts.store.tenants.shops import find_shop, register_app
from tests.shopify.caller import Caller

URL = "/admin/oauth/access_token"
SECRET = "shpss_" + "0123456789abcdef" * 2
CREDENTIALS = {"client_id": "app1", "client_secret": SECRET}
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

STORIES: dict[str, tuple[str, str, list[tuple[str, str, str]]]] = {
    "a public app that was created in time works with old tokens until the new year": (
        "public",
        "2026-03-31T23:59:59Z",
        [
            ("2026-03-31T23:59:59Z", "lasting → L", "new"),
            ("2026-04-01T00:00:00Z", "call L", "200"),
            ("2026-12-31T23:59:59Z", "call L", "200"),
            ("2027-01-01T00:00:00Z", "call L", "403"),
            ("2027-01-01T00:00:01Z", "rest L", "403"),
            ("2027-01-02T00:00:00Z", "migrate L", "400"),
            ("2027-01-02T00:00:01Z", "pair → A", "new"),
            ("2027-02-01T00:00:00Z", "refresh A → B", "new"),
            ("2027-02-01T00:00:01Z", "call B", "200"),
        ],
    ),
    "a public app of the new rules needs expiring tokens at once": (
        "public",
        "2026-04-01T00:00:00Z",
        [
            ("2026-04-01T00:00:01Z", "lasting → L", "new"),
            ("2026-04-01T00:00:02Z", "call L", "403"),
            ("2026-04-01T00:00:03Z", "migrate L → A", "new"),
            ("2026-04-01T00:00:04Z", "call A", "200"),
            ("2026-04-01T01:00:02Z", "call A", "200"),
            ("2026-04-01T01:00:03Z", "call A", "401"),
        ],
    ),
    "apps that merchants and partners make for one shop keep their tokens": (
        "custom",
        "2026-11-01T00:00:00Z",
        [
            ("2026-11-02T00:00:00Z", "lasting → L", "new"),
            ("2027-01-01T00:00:00Z", "call L", "200"),
            ("2027-01-05T00:00:00Z", "migrate L → A", "new"),
            ("2027-01-05T00:00:01Z", "call L", "401"),
            ("2027-02-01T00:00:00Z", "refresh A → B", "new"),
        ],
    ),
    "a lost refresh is repeated until the replacement is used": (
        "public",
        "2026-05-01T00:00:00Z",
        [
            ("2026-05-01T00:00:00Z", "pair → A", "new"),
            ("2026-05-01T00:59:00Z", "refresh A → B", "new"),
            ("2026-05-01T00:59:10Z", "call A", "401"),
            ("2026-05-01T00:59:20Z", "refresh A → B", "same"),
            ("2026-05-20T00:00:00Z", "call B", "401"),
            ("2026-05-20T00:00:01Z", "refresh A → B", "same"),
            ("2026-05-20T00:00:02Z", "call B", "200"),
            ("2026-05-20T00:59:59Z", "call B", "200"),
            ("2026-05-20T01:00:01Z", "call B", "401"),
            ("2026-05-20T02:00:00Z", "refresh B → C", "new"),
            ("2026-05-20T02:00:01Z", "refresh A", "401"),
            ("2026-05-20T02:00:02Z", "refresh B → C", "same"),
            ("2026-05-20T02:00:03Z", "call C", "200"),
        ],
    ),
    "a lost refresh is repeated for 30 days": (
        "public",
        "2026-05-01T00:00:00Z",
        [
            ("2026-05-01T00:00:00Z", "pair → A", "new"),
            ("2026-05-02T00:00:00Z", "refresh A → B", "new"),
            ("2026-05-31T23:59:59Z", "refresh A → B", "same"),
            ("2026-06-01T00:00:00Z", "refresh A", "401"),
            ("2026-06-01T00:00:01Z", "refresh B → C", "new"),
        ],
    ),
    "no retry reaches beyond the 90 days of the refresh token": (
        "public",
        "2026-05-01T00:00:00Z",
        [
            ("2026-05-01T00:00:00Z", "pair → A", "new"),
            ("2026-07-29T00:00:00Z", "refresh A → B", "new"),
            ("2026-07-29T23:59:59Z", "refresh A → B", "same"),
            ("2026-07-30T00:00:00Z", "refresh A", "401"),
            ("2026-10-26T23:59:59Z", "refresh B → C", "new"),
        ],
    ),
    "an unused refresh token ends after 90 days": (
        "public",
        "2026-05-01T00:00:00Z",
        [
            ("2026-05-01T00:00:00Z", "pair → A", "new"),
            ("2026-07-30T00:00:00Z", "refresh A", "401"),
        ],
    ),
    "a lost migration is repeated for seven days": (
        "public",
        "2026-03-01T00:00:00Z",
        [
            ("2026-10-01T00:00:00Z", "lasting → L", "new"),
            ("2026-10-02T00:00:00Z", "migrate L → A", "new"),
            ("2026-10-02T00:00:01Z", "call L", "401"),
            ("2026-10-05T00:00:00Z", "call A", "401"),
            ("2026-10-05T00:00:01Z", "migrate L → A", "same"),
            ("2026-10-05T00:00:02Z", "call A", "200"),
            ("2026-10-08T23:59:59Z", "migrate L → A", "same"),
            ("2026-10-09T00:00:00Z", "migrate L", "400"),
            ("2026-10-09T00:00:01Z", "refresh A → B", "new"),
        ],
    ),
    "a migration before the new year is repeated after it": (
        "public",
        "2026-03-01T00:00:00Z",
        [
            ("2026-10-01T00:00:00Z", "lasting → L", "new"),
            ("2026-12-31T23:00:00Z", "migrate L → A", "new"),
            ("2027-01-03T00:00:00Z", "migrate L → A", "same"),
            ("2027-01-07T23:00:00Z", "migrate L", "400"),
        ],
    ),
    "a migration is not repeated once its pair was refreshed": (
        "public",
        "2026-03-01T00:00:00Z",
        [
            ("2026-10-01T00:00:00Z", "lasting → L", "new"),
            ("2026-10-01T01:00:00Z", "migrate L → A", "new"),
            ("2026-10-01T02:00:00Z", "refresh A → B", "new"),
            ("2026-10-01T02:00:01Z", "migrate L", "400"),
        ],
    ),
    "a new exchange replaces the pair, and ends its retries": (
        "public",
        "2026-03-01T00:00:00Z",
        [
            ("2026-10-01T00:00:00Z", "lasting → L", "new"),
            ("2026-10-01T01:00:00Z", "migrate L → A", "new"),
            ("2026-10-01T01:00:01Z", "pair → B", "new"),
            ("2026-10-01T01:00:02Z", "call A", "401"),
            ("2026-10-01T01:00:03Z", "call B", "200"),
            ("2026-10-01T01:00:04Z", "migrate L", "400"),
            ("2026-10-01T01:00:05Z", "refresh A", "401"),
            ("2026-10-01T01:00:06Z", "refresh B → C", "new"),
            ("2026-10-01T01:00:07Z", "pair → D", "new"),
            ("2026-10-01T01:00:08Z", "refresh B", "401"),
            ("2026-10-01T01:00:09Z", "call C", "401"),
            ("2026-10-01T01:00:10Z", "call D", "200"),
        ],
    ),
    "an expiring token is not migrated": (
        "public",
        "2026-03-01T00:00:00Z",
        [
            ("2026-10-01T00:00:00Z", "pair → A", "new"),
            ("2026-10-01T00:00:01Z", "migrate A", "400"),
            ("2026-10-01T00:00:02Z", "call A", "200"),
        ],
    ),
}


async def install(caller: Caller, kind: str, created: str) -> None:
    database = await open_database(caller.settings.database_url)
    async with database.begin() as connection:
        shop = await find_shop(connection, "acme.myshopify.com")
        assert shop is not None
        settings = {"kind": kind, "protected_customer_data": ["customer_data"]}
        await register_app(
            connection,
            shop,
            now=parse_moment(created),
            title="App",
            client_id="app1",
            client_secret=SECRET,
            scopes='["read_orders"]',
            settings=orjson.dumps(settings).decode(),
        )
    await database.close()


@dataclass
class Story:
    """The tokens of a story by their names: an access token, and a refresh token or nothing."""

    caller: Caller
    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)

    async def step(self, moment: str, text: str) -> str:
        self.caller.clock.now = parse_moment(moment)
        step, _, result = text.partition(" → ")
        verb, _, name = step.partition(" ")
        access, refresh = self.tokens.get(name, ("", ""))
        if verb == "call":
            response = await self.caller.post("{ shop { name } }", token=access, version="unstable")
            if response.status_code == 403:
                assert response.json() == {"errors": NON_EXPIRING.message}
            return str(response.status_code)
        if verb == "rest":
            headers = {"X-Shopify-Access-Token": access}
            return str((await self.caller.http.get("/admin/api/unstable/shop.json", headers=headers)).status_code)
        sent: dict[str, Any] = {
            "refresh": {"grant_type": "refresh_token", "refresh_token": refresh},
            "migrate": {**_exchange(OFFLINE, access), "expiring": "1"},
            "pair": {**_exchange(ID_TOKEN, self.session()), "expiring": "1"},
            "lasting": _exchange(ID_TOKEN, self.session()),
        }[verb]
        response = await self.caller.http.post(URL, json={**CREDENTIALS, **sent})
        if response.status_code != 200:
            return str(response.status_code)
        answer = response.json()
        if verb != "lasting":
            assert answer["expires_in"] == 3600
        pair = answer["access_token"], answer.get("refresh_token", "")
        if result in self.tokens:
            return "same" if self.tokens[result] == pair else f"{pair} instead of {self.tokens[result]}"
        is_new = pair not in self.tokens.values()
        self.tokens[result] = pair
        return "new" if is_new else "seen before"

    def session(self) -> str:
        now = self.caller.clock.now // 1_000_000
        claims = {"aud": "app1", "dest": "https://acme.myshopify.com", "exp": now + 60, "sub": "42"}
        return jwt.encode(claims, SECRET, "HS256")


def _exchange(kind: str, token: str) -> dict[str, str]:
    return {
        "grant_type": EXCHANGE,
        "subject_token": token,
        "subject_token_type": kind,
        "requested_token_type": OFFLINE,
    }


@pytest.mark.parametrize("story", STORIES)
async def test_story(caller: Caller, story: str) -> None:
    kind, created, steps = STORIES[story]
    await install(caller, kind, created)
    lifetime = Story(caller)
    answers = [(moment, step, await lifetime.step(moment, step)) for moment, step, _ in steps]
    assert answers == steps


async def test_a_retry_keeps_the_end_of_the_refresh_token(sqlite_caller: Caller) -> None:
    await install(sqlite_caller, "public", "2026-05-01T00:00:00Z")
    story = Story(sqlite_caller)
    await story.step("2026-05-01T00:00:00Z", "pair → A")
    lengths = []
    for moment in ("2026-05-02T00:00:00Z", "2026-05-12T00:00:00Z"):
        sqlite_caller.clock.now = parse_moment(moment)
        sent = {**CREDENTIALS, "grant_type": "refresh_token", "refresh_token": story.tokens["A"][1]}
        lengths.append((await sqlite_caller.http.post(URL, json=sent)).json()["refresh_token_expires_in"])
    assert lengths == [90 * 86_400, 80 * 86_400]


async def test_pairs_that_cannot_be_used_any_more_are_deleted(sqlite_caller: Caller) -> None:
    await install(sqlite_caller, "public", "2026-05-01T00:00:00Z")
    story = Story(sqlite_caller)
    for moment, step in (
        ("2026-05-01T00:00:00Z", "pair → A"),
        ("2026-05-01T00:30:00Z", "refresh A → B"),
        ("2026-07-20T00:00:00Z", "refresh B → C"),
        ("2026-10-01T00:00:00Z", "refresh C → D"),
    ):
        assert await story.step(moment, step) == "new"
    database = await open_database(sqlite_caller.settings.database_url)
    async with database.read() as connection:
        left = (await connection.execute(select(tokens.c.created_at).where(tokens.c.refresh_hash.is_not(None)))).all()
    await database.close()
    assert len(left) == 2


PRIVATE = rsa.generate_private_key(65537, 2048)
OTHER = rsa.generate_private_key(65537, 2048)
PUBLIC = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
NOW = parse_moment("2026-11-29T12:00:00Z")


async def asserted(caller: Caller, key: Any = PRIVATE, algorithm: str = "RS256", **claims: Any) -> tuple[int, Any]:
    seconds = NOW // 1_000_000
    said = {"iss": "app1", "sub": "app1", "aud": f"https://acme.myshopify.com{URL}", "exp": seconds + 300, **claims}
    said = {name: value for name, value in said.items() if value is not None}
    caller.clock.now = NOW
    sent = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION,
        "client_assertion": jwt.encode(said, key, algorithm),
    }
    response = await caller.http.post(URL, data=sent)
    return response.status_code, response.json()


async def with_key(caller: Caller, kind: str) -> None:
    await install(caller, kind, "2026-05-01T00:00:00Z")
    database = await open_database(caller.settings.database_url)
    async with database.begin() as connection:
        shop = await find_shop(connection, "acme.myshopify.com")
        assert shop is not None
        assert await set_assertion_key(connection, shop, "app1", PUBLIC)
        assert not await set_assertion_key(connection, shop, "nobody", PUBLIC)
    await database.close()


@pytest.mark.parametrize(("kind", "seconds"), [("public", 3600), ("custom", 86_399), ("admin", 86_399)])
async def test_a_client_assertion_gives_a_token_without_a_refresh_token(
    caller: Caller, kind: str, seconds: int
) -> None:
    await with_key(caller, kind)
    status, answer = await asserted(caller)
    assert (status, sorted(answer), answer["expires_in"]) == (200, ["access_token", "expires_in", "scope"], seconds)
    token = answer["access_token"]
    assert (await caller.post("{ shop { name } }", token=token)).status_code == 200
    caller.clock.now += seconds * 1_000_000
    assert (await caller.post("{ shop { name } }", token=token)).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": OTHER},
        {"key": SECRET, "algorithm": "HS256"},
        {"key": ec.generate_private_key(ec.SECP256R1()), "algorithm": "ES256"},
        {"iss": "other"},
        {"sub": "other"},
        {"aud": "https://other.myshopify.com/admin/oauth/access_token"},
        {"aud": None},
        {"exp": None},
        {"exp": NOW // 1_000_000 - 61},
        {"exp": NOW // 1_000_000 + 7_200},
        {"nbf": NOW // 1_000_000 + 120},
    ],
)
async def test_other_assertions_are_refused(sqlite_caller: Caller, wrong: dict[str, Any]) -> None:
    await with_key(sqlite_caller, "public")
    status, answer = await asserted(sqlite_caller, **wrong)
    assert (status, answer["error"]) == (401, "invalid_client"), answer


async def test_an_app_without_a_key_and_another_type_are_refused(sqlite_caller: Caller) -> None:
    await install(sqlite_caller, "public", "2026-05-01T00:00:00Z")
    status, answer = await asserted(sqlite_caller)
    assert (status, answer["error_description"]) == (401, "the app has no public key; set it by `app key`")
    sent = {**CREDENTIALS, "grant_type": "client_credentials", "client_assertion": "x", "client_assertion_type": "y"}
    response = await sqlite_caller.http.post(URL, json=sent)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
