"""The examples in docs/events.md have the headers and the keys of real deliveries, and their constant values."""

import re
from typing import Any

import jwt
import orjson
import pytest

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.stored_document import document_of
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.shopify.formats.webhooks.topics import TOPICS as SHOPIFY_TOPICS
from abandoned_checkouts.store.outbox.subscriptions import Subscription
from abandoned_checkouts.wix.event_tokens import EVENT_TYPES, new_private_key, public_key
from abandoned_checkouts.work import own_topics
from abandoned_checkouts.work.event_messages import delivery, message
from tests.intake.messages import START, checkout
from tests.places import DOCS

DOCUMENT = (DOCS / "events.md").read_text()
APP, INSTANCE = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
KINDS = {
    "shopify": ("checkout_updated", "CHECKOUTS_UPDATE"),
    "wix": ("checkout_abandoned", EVENT_TYPES["created"]),
    "own": ("checkout_abandoned", "abandoned_checkouts/abandoned"),
}
FIELDS = ["token", "email", "total_price", "completed_at", "updated_at"]


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


def sent(dialect: str, shop: Shop) -> tuple[dict[str, str], Any]:
    """The headers and the body of the example, a JWT decoded."""
    incoming = checkout_from_rest(checkout(id=1000001), zone=shop.timezone)
    incoming.abandoned_at, incoming.uuid, incoming.recovery_key = START + 600_000_000, APP, "0" * 32
    kind, topic = KINDS[dialect]
    event = {
        "id": 1,
        "kind": kind,
        "subject": "checkout/1000001",
        "action_id": "a",
        "event_id": "e",
        "sequence": 1,
        "occurred_at": START + 600_000_000,
        "traceparent": None,
        "document": document_of(incoming),
    }
    secret = new_private_key() if dialect == "wix" else "s"
    made = Subscription(
        dialect,  # type: ignore[arg-type]
        shop.id,
        1,
        topic,
        "https://receiver.example/",
        secret,
        START,
        app_id=APP,
        instance_id=INSTANCE,
        include_fields=FIELDS if dialect == "shopify" else [],
        api_version="2026-07",
    )
    row = delivery(event, made, shop, START, "https://server.example")
    assert row is not None
    headers = message(row, made, None).headers
    if dialect != "wix":
        return headers, orjson.loads(row["body"])
    claims = jwt.decode(row["body"], public_key(secret), algorithms=["RS256"], audience=APP)
    envelope = orjson.loads(claims["data"])
    data = orjson.loads(envelope["data"])
    return headers, {**claims, "data": {**envelope, "data": data}}


def shown(dialect: str) -> tuple[dict[str, str], Any]:
    part = DOCUMENT.partition(f"### Example: {dialect}\n")[2].partition("\n## ")[0]
    head = re.search(r"```http\n(.*?)```", part, re.S)
    body = re.search(r"```json\n(.*?)```", part, re.S)
    assert head is not None and body is not None, dialect
    return dict(line.split(": ", 1) for line in head[1].strip().splitlines()), orjson.loads(body[1])


def compare(documented: Any, real: Any, place: str) -> None:
    """Whole objects have all keys; those that the document cuts short end with the key "…"."""
    if not isinstance(documented, dict):
        assert type(documented) is type(real), place
        return
    assert isinstance(real, dict), place
    keys = documented.keys() - {"…"}
    assert keys <= real.keys() if "…" in documented else keys == real.keys(), (place, sorted(real), sorted(keys))
    for key in keys:
        compare(documented[key], real[key], f"{place}.{key}")


@pytest.mark.anyio
@pytest.mark.parametrize("dialect", list(KINDS))
async def test_examples_match_real_deliveries(dialect: str, shop: Shop) -> None:
    headers, body = shown(dialect)
    real_headers, real_body = sent(dialect, shop)
    assert list(headers) == list(real_headers)
    fixed = {"Content-Type", "X-Shopify-Topic", "X-Shopify-API-Version", "X-Abandoned-Checkouts-Topic", "User-Agent"}
    assert {name: headers[name] for name in fixed & headers.keys()} == {
        name: real_headers[name] for name in fixed & headers.keys()
    }
    compare(body, real_body, dialect)


def test_every_topic_is_named() -> None:
    topics = [*SHOPIFY_TOPICS.values(), *own_topics.TOPICS.values(), *EVENT_TYPES.values()]
    assert not [topic for topic in topics if f"`{topic}`" not in DOCUMENT]
