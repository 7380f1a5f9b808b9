"""No personal data reaches the log: a person's data is sent in every part of requests to every endpoint, and errors
quote it."""

import logging
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import orjson
import pytest

from abandoned_checkouts.config import Settings
from abandoned_checkouts.shopify.http import graphql_endpoint
from tests.promises.test_failing_store import READS
from tests.shopify.caller import Caller, caller_for
from tests.telemetry.conftest import Log
from tests.telemetry.conftest import log as log  # The fixture.

# Each of these words would identify the person, or open something.
PERSON = {
    "firstName": "Anneliese",
    "lastName": "Quandtworth",
    "email": "anneliese.quandtworth@mailbox.example",
    "phone": "+49 30 5550 1234",
    "address": "Rosengasse 77",
    "secret": "k3y0fTheLink",
}
EVERYTHING = " ".join(PERSON.values())
# "30" and "77" are in many numbers.
WORDS = [word.casefold() for word in EVERYTHING.split() if len(word) > 3]
SEARCH = '{ abandonedCheckouts(first: 1, query: "' + EVERYTHING.replace(" ", r"\\ ") + '") { nodes { id } } }'
DOCUMENTS = [
    SEARCH,
    f'query Named {{ abandonedCheckoutsCount(query: "email:{PERSON["email"]}") {{ count }} }}',
    f'{{ customer(id: "gid://shopify/Customer/{PERSON["email"]}") {{ id }} }}',
    f"{{ {PERSON['lastName']} }}",
    f"query {{ shop {{ id }} # {EVERYTHING}",
]
PATHS = [
    "/1/checkouts/ac/{}/recover?key={}",
    "/1/unsubscribe/{}?key={}",
    "/1/reminders/{}/unsubscribe?key={}",
    "/merchant/enter/{}",
    "/customers?search={}",
    "/{}",
    "/control/people/{}",
    "/admin/api/2026-10/checkouts.json?since_id={}",
    "/admin/oauth/authorize?state={}&login_hint={}",
    "/intake/mail/1/{}/{}",
    "/bulk-operations/1/{}?Signature={}",
    "/docs/{}",
    "/explorer/search.json?text={}",
]


@pytest.fixture
async def caller(sqlite_url: str, log: Log) -> AsyncIterator[Caller]:
    log.start()
    async for each in caller_for(sqlite_url, Settings(database_url=sqlite_url)):
        yield each


@pytest.mark.anyio
async def test_a_persons_data_in_requests_is_not_logged(caller: Caller, log: Log) -> None:
    number = 0
    for document in DOCUMENTS:
        await caller.post(document, variables={"person": PERSON}, operationName=PERSON["lastName"])
        await caller.post(document)
        number += 2
    hidden = {"User-Agent": EVERYTHING, "X-Request-Id": EVERYTHING, "Referer": quote(EVERYTHING)}
    for path in PATHS:
        for value in (quote(EVERYTHING, safe=""), PERSON["email"]):
            for method in ("GET", "POST"):
                target = path.replace("{}", value)
                await caller.http.request(method, target, headers={**hidden, **caller.signed("all")}, json=PERSON)
                number += 1
    for sent in READS.values():
        body: Any = orjson.dumps({**PERSON, **(sent.body or {}), "buyer": PERSON})
        authorized = {"Authorization": f"Bearer {PERSON['secret']}", "X-Shopify-Hmac-Sha256": PERSON["secret"]}
        await caller.http.request(sent.method, sent.path, content=body, headers={**hidden, **authorized})
        number += 1
    text = log.text()
    assert text.count('"event":"request"') == number
    assert not [word for word in WORDS if word in text.casefold()]
    assert '"operation":"Named"' in text and '"shop":"acme.myshopify.com"' in text


@pytest.mark.anyio
async def test_an_error_that_quotes_a_person_is_logged_without_its_message(
    caller: Caller, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise ValueError(f"no customer is called {EVERYTHING}")

    monkeypatch.setattr(graphql_endpoint, "run", fails)
    response = await caller.post("query Named { shop { id } }")
    logging.getLogger("abandoned_checkouts.x").warning("cannot write to %s at %s", PERSON["email"], PERSON["phone"])
    failed, other, request = sorted(log.lines(), key=lambda line: str(line["event"]) == "request")
    assert "ValueError" in failed["event"] and "in fails" in failed["exception"]
    assert other["event"] == "cannot write to [e-mail] at [phone]"
    assert request["outcome"] == "failed"
    assert request["request_id"] == response.headers["x-request-id"] and request["request_id"] in failed["event"]
    shown = f"{failed}{other}{request}".casefold()
    assert not [word for word in WORDS if word in shown]
