"""Mutations of webhook subscriptions: responses, errors, and access by the owner only."""

import json
from typing import Any

import pytest

from abandoned_checkouts.checkouts.reach import Reach
from tests.shopify.asker import Asker

SUBSCRIPTION = """
  id legacyResourceId topic uri callbackUrl format filter name includeFields metafieldNamespaces createdAt updatedAt
  metafields { namespace key } apiVersion { handle displayName supported }
  endpoint { __typename ... on WebhookHttpEndpoint { callbackUrl } ... on WebhookEventBridgeEndpoint { arn }
    ... on WebhookPubSubEndpoint { pubSubProject pubSubTopic } }
"""
CREATE = (
    "mutation($topic: WebhookSubscriptionTopic!, $given: WebhookSubscriptionInput!) "
    "{ answer: webhookSubscriptionCreate(topic: $topic, webhookSubscription: $given) "
    "{ webhookSubscription { FIELDS } userErrors { field message } } }"
).replace("FIELDS", SUBSCRIPTION)
UPDATE = (
    "mutation($id: ID!, $given: WebhookSubscriptionInput!) "
    "{ answer: webhookSubscriptionUpdate(id: $id, webhookSubscription: $given) "
    "{ webhookSubscription { FIELDS } userErrors { field message } } }"
).replace("FIELDS", SUBSCRIPTION)
DELETE = (
    "mutation($id: ID!) { answer: webhookSubscriptionDelete(id: $id) "
    "{ deletedWebhookSubscriptionId userErrors { field message } } }"
)
DENIED = "You cannot create a webhook subscription with the specified topic"
NOT_APPROVED = (
    "This app is not approved to subscribe to webhook topics containing protected customer data. "
    "See https://shopify.dev/docs/apps/launch/protected-customer-data for more details."
)
HERE = "https://receiver.example.com/hooks"


async def own_id(ask: Asker) -> str:
    """The number of the caller's app."""
    return str(await ask.one("SELECT app_id FROM tokens LIMIT 1"))


async def create(ask: Asker, topic: str = "CHECKOUTS_UPDATE", **given: Any) -> Any:
    return (await ask(CREATE, topic=topic, given={"uri": HERE, **given}))["answer"]


async def messages(ask: Asker, **given: Any) -> list[str]:
    return [each["message"] for each in (await create(ask, **given))["userErrors"]]


async def test_a_subscription_lives_and_ends(ask: Asker) -> None:
    answer = await create(ask, includeFields=["id", "name"], metafieldNamespaces=["custom"], filter="")
    made = answer["webhookSubscription"]
    assert answer["userErrors"] == []
    assert made == {
        "id": f"gid://shopify/WebhookSubscription/{made['legacyResourceId']}",
        "legacyResourceId": made["legacyResourceId"],
        "topic": "CHECKOUTS_UPDATE",
        "uri": HERE,
        "callbackUrl": HERE,
        "format": "JSON",
        "filter": "",
        "name": None,
        "includeFields": ["id", "name"],
        "metafieldNamespaces": ["custom"],
        "metafields": [],
        "createdAt": "2026-11-21T12:00:00Z",
        "updatedAt": "2026-11-21T12:00:00Z",
        "apiVersion": {"handle": "2026-10", "displayName": "2026-10 (Latest)", "supported": True},
        "endpoint": {"__typename": "WebhookHttpEndpoint", "callbackUrl": HERE},
    }
    changed = await ask(UPDATE, id=made["id"], given={"name": "mine", "filter": "total_price:>=10"})
    assert changed["answer"]["webhookSubscription"] == {**made, "name": "mine", "filter": "total_price:>=10"}
    stranger = await ask.stranger(shop=False)
    assert (await stranger(DELETE, id=made["id"]))["answer"]["deletedWebhookSubscriptionId"] is None
    assert await stranger(
        f'{{ webhookSubscription(id: "{made["id"]}") {{ id }} node(id: "{made["id"]}") {{ id }} }}'
    ) == {
        "webhookSubscription": None,
        "node": None,
    }
    gone = await ask(DELETE, id=made["id"])
    assert gone["answer"] == {"deletedWebhookSubscriptionId": made["id"], "userErrors": []}
    again = await ask(DELETE, id=made["id"])
    assert again["answer"]["userErrors"] == [{"field": ["id"], "message": "Webhook subscription does not exist"}]


CHARACTERS = "Name name field can only contain alphanumeric characters, underscores, and hyphens"
INTERNAL = "Address cannot be a Shopify or an internal domain"


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", "Address can't be blank"),
        ("http://receiver.example.com/", "Address protocol http:// is not supported"),
        ("https:///nowhere", "Address is invalid"),
        ("https://a b.example.com/", "Address is invalid"),
        ("https://e.com/\0", "Address is invalid"),
        ("https://e.com/ä", "Address is invalid"),
        ("https://e.com/\r\nX-Other: 1", "Address is invalid"),
        ("https://demo.myshopify.com/hooks", INTERNAL),
        ("https://localhost/hooks", INTERNAL),
        ("https://10.0.0.8/hooks", INTERNAL),
        ("https://[::1]/hooks", INTERNAL),
        ("https://printer.local/hooks", INTERNAL),
        ("https://example.com/" + "a" * 65_516, "Address is too big (maximum is 64 KB)"),
        ("   ", "Address can't be blank"),
        ("ws://webhook-test.example.com/hook", "Address protocol ws:// is not supported"),
    ],
    ids=lambda text: text[:40],
)
async def test_what_is_wrong_with_an_address(ask: Asker, address: str, message: str) -> None:
    answer = await create(ask, uri=address)
    wrong = {"field": ["webhookSubscription", "callbackUrl"], "message": message}
    assert answer == {"webhookSubscription": None, "userErrors": [wrong]}
    assert await ask.one("SELECT count(*) FROM webhook_subscriptions") == 0


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_an_address_inside_the_network_is_taken_where_it_is_allowed(ask: Asker) -> None:
    assert await messages(ask, uri="http://127.0.0.1:4000/hooks") != []
    ask.reach = Reach.PRIVATE
    assert await messages(ask, uri="http://127.0.0.1:4000/hooks") == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_what_else_is_wrong(ask: Asker) -> None:
    assert await messages(ask, name="mine") == []
    assert await messages(ask, name="mine") == [
        "Address for this topic has already been taken",
        "Name already exists, no duplicate allowed",
    ]
    assert await messages(ask, name="MINE", uri=f"{HERE}/2") == ["Name already exists, no duplicate allowed"]
    assert await messages(ask, name="") == ["Name is too short (minimum is 1 character)", CHARACTERS]
    assert await messages(ask, name="n" * 51) == ["Name is too long (maximum is 50 characters)"]
    assert await messages(ask, name="not mine") == [CHARACTERS]
    assert await messages(ask, name="é") == [CHARACTERS]
    assert await messages(ask, filter="just words") == [
        "The specified filter is invalid, please ensure you specify the field(s) you wish to filter on."
    ]
    longest = "id:1 " * 13_107
    assert await messages(ask, filter=longest[:-1] + "11") == ["The specified filter exceeds the maximum allowed size."]
    assert await messages(ask, filter=longest) == []


PUBSUB_PROTOCOL = [
    "Address protocol pubsub:// is not supported",
    "Address is not a valid GCP pub/sub format. Format should be pubsub://project:topic",
]
KAFKA = ["Address protocol kafka:// is not supported", "Address is not a valid kafka topic"]
PROJECT = "Address is not a valid GCP project id."
TOPIC = "Address is not a valid GCP topic id."
BAD_ARN = ["Address is invalid", "Address is not a valid AWS ARN"]
PARTNER = "arn:aws:events:us-east-1::event-source/aws.partner/shopify.com"


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("uri", "wrong"),
    [
        ("pubsub://my-project", PUBSUB_PROTOCOL),
        ("pubsub://valid-project:", PUBSUB_PROTOCOL),
        ("pubsub://:topic", PUBSUB_PROTOCOL),
        ("pubsub:valid-project:topic", PUBSUB_PROTOCOL),
        ("pubsub://-bad:topic", ["Address is invalid", PROJECT]),
        ("pubsub://short:topic", ["Address is invalid", PROJECT]),
        ("pubsub://valid-project:1topic", ["Address is invalid", TOPIC]),
        ("pubsub://valid-project:goog-prefixed", ["Address is invalid", TOPIC]),
        ("pubsub://valid-project:ab", ["Address is invalid", TOPIC]),
        ("pubsub://-bad:1topic", ["Address is invalid", PROJECT, TOPIC]),
        ("pubsub://123456789012:valid-topic", []),
        ("pubsub://valid-project:unified%25topic", []),
        ("arn:aws:events:bogus", BAD_ARN),
        ("arn:aws:s3:::bucket", BAD_ARN),
        ("arn:aws:events:us-east-1::event-source/somebody.else/1/source", BAD_ARN),
        (
            f"{PARTNER}/77/source",
            ["Address is invalid", "Address is an AWS ARN and includes api_client_id '77' instead of 'OWN'"],
        ),
        (f"{PARTNER}/OWN/source", []),
        ("kafka://broker/topic", KAFKA),
        ("kafka:", KAFKA),
    ],
)
async def test_addresses_of_clouds(ask: Asker, uri: str, wrong: list[str]) -> None:
    """Recorded, for creations and updates."""
    app = await own_id(ask)
    uri = uri.replace("OWN", app)
    expected = [
        {"field": ["webhookSubscription", "callbackUrl"], "message": message.replace("OWN", app)} for message in wrong
    ]
    answer = await create(ask, "SHOP_UPDATE", uri=uri)
    assert answer["userErrors"] == expected
    made = (await create(ask, "SHOP_UPDATE"))["webhookSubscription"]
    changed = (await ask(UPDATE, id=made["id"], given={"uri": f" {uri}\n"}))["answer"]
    if wrong:
        assert changed == {"webhookSubscription": None, "userErrors": expected}
        return
    assert answer["webhookSubscription"]["uri"] == uri
    assert answer["webhookSubscription"]["callbackUrl"] == "https://eventbridge.arn"
    assert changed["userErrors"][0]["message"] == "Address for this topic has already been taken"


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_formats(ask: Asker) -> None:
    """Recorded: XML for topics with REST payloads, at URLs; another format is another subscription."""

    async def of(topic: str, **given: Any) -> list[tuple[str, str]]:
        answer = await create(ask, topic, **given)
        return [(each["field"][1], each["message"]) for each in answer["userErrors"]]

    assert await of("PRODUCTS_UPDATE", format="JSON") == []
    assert await of("PRODUCTS_UPDATE", format="XML") == []
    assert await of("RETURNS_APPROVE", format="XML") == [
        ("format", "Format 'xml' is invalid for this webhook topic. Allowed formats: json")
    ]
    assert await of("BULK_OPERATIONS_FINISH", format="XML") != []
    for uri in ("pubsub://valid-project:topic", f"{PARTNER}/{await own_id(ask)}/source"):
        assert await of("SHOP_UPDATE", uri=uri, format="XML") == [
            ("format", "Format can only be used with format: 'json'")
        ]


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_spaces_around_an_address_are_removed_and_namespaces_of_the_app_resolved(ask: Asker) -> None:
    app = await own_id(ask)
    made = await create(
        ask,
        "PRODUCTS_UPDATE",
        uri="  https://example.com/h  ",
        metafieldNamespaces=["$app:Settings", "custom", "app--999999999999--kept", "$app", "$apps"],
        metafields=[{"namespace": "$app:size", "key": "a"}, {"key": "b"}],
    )
    subscription = made["webhookSubscription"]
    assert subscription["uri"] == subscription["callbackUrl"] == "https://example.com/h"
    assert subscription["metafieldNamespaces"] == [
        f"app--{app}--Settings",
        "custom",
        "app--999999999999--kept",
        f"app--{app}",
        "$apps",
    ]
    assert subscription["metafields"] == [
        {"namespace": f"app--{app}--size", "key": "a"},
        {"namespace": f"app--{app}", "key": "b"},
    ]


@pytest.mark.parametrize(
    ("scopes", "topic", "message"),
    [
        (["read_orders"], "CHECKOUTS_UPDATE", None),
        (["write_orders"], "CARTS_UPDATE", None),
        (["read_orders"], "CUSTOMERS_UPDATE", DENIED),
        (["read_customers", "read_products"], "CHECKOUTS_CREATE", DENIED),
        ([], "CARTS_CREATE", DENIED),
        ([], "ORDERS_CREATE", DENIED),
        ([], "PRODUCTS_UPDATE", DENIED),
        ([], "BULK_OPERATIONS_FINISH", None),
        ([], "APP_UNINSTALLED", None),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_topic_needs_the_scope_of_its_objects(
    ask: Asker, scopes: list[str], topic: str, message: str | None
) -> None:
    await ask.write("UPDATE tokens SET scopes = :scopes", scopes=json.dumps(scopes))
    answer = await create(ask, topic)
    wrong = [] if message is None else [{"field": ["webhookSubscription"], "message": message}]
    assert (answer["userErrors"], answer["webhookSubscription"] is None) == (wrong, bool(wrong))


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_what_was_granted_once_is_not_led_elsewhere_without_it(ask: Asker) -> None:
    made = (await create(ask))["webhookSubscription"]
    await ask.write("UPDATE tokens SET scopes = '[]'")
    answer = (await ask(UPDATE, id=made["id"], given={"uri": f"{HERE}/elsewhere"}))["answer"]
    assert answer["userErrors"] == [{"field": ["webhookSubscription"], "message": DENIED}]
    assert await ask.one("SELECT uri FROM webhook_subscriptions") == HERE
    assert (await ask(DELETE, id=made["id"]))["answer"]["userErrors"] == []


@pytest.mark.parametrize(
    ("approved", "topic", "is_allowed"),
    [
        ([], "CHECKOUTS_UPDATE", False),
        ([], "CUSTOMERS_CREATE", False),
        ([], "CARTS_UPDATE", True),
        (["customer_data"], "CHECKOUTS_UPDATE", True),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_topics_with_customer_data_need_approval(
    ask: Asker, approved: list[str], topic: str, is_allowed: bool
) -> None:
    settings = {"kind": "public", "protected_customer_data": approved}
    await ask.write("UPDATE apps SET settings = :settings", settings=json.dumps(settings))
    wrong = [] if is_allowed else [{"field": ["webhookSubscription"], "message": NOT_APPROVED}]
    assert (await create(ask, topic))["userErrors"] == wrong


ARN = "arn:aws:events:us-east-1::event-source/aws.partner/shopify.com/OWN/source"


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("uri", "endpoint"),
    [
        ("pubsub://a-project:a-topic", {"pubSubProject": "a-project", "pubSubTopic": "a-topic"}),
        (ARN, {"arn": ARN}),
    ],
)
async def test_other_endpoints(ask: Asker, uri: str, endpoint: dict[str, str]) -> None:
    app = await own_id(ask)
    uri, endpoint = uri.replace("OWN", app), {name: value.replace("OWN", app) for name, value in endpoint.items()}
    made = (await create(ask, uri=uri))["webhookSubscription"]
    del made["endpoint"]["__typename"]
    assert made["endpoint"] == endpoint
    assert made["callbackUrl"] == "https://eventbridge.arn"


async def test_lists_are_searched_sorted_and_paged(ask: Asker) -> None:
    topics = ("CHECKOUTS_CREATE", "CHECKOUTS_UPDATE", "CUSTOMERS_CREATE")
    ids = []
    for place, topic in enumerate(topics):
        ask.now += 1_000_000
        ids.append((await create(ask, topic, callbackUrl=HERE, uri=f"{HERE}/{place}"))["webhookSubscription"]["id"])
    listing = "{ webhookSubscriptions(first: %s) { nodes { id } pageInfo { hasNextPage endCursor } } }"

    async def page(arguments: str) -> Any:
        return (await ask(listing % arguments))["webhookSubscriptions"]

    first = await page("2")
    assert ([node["id"] for node in first["nodes"]], first["pageInfo"]["hasNextPage"]) == (ids[:2], True)
    rest = await page(f'2, after: "{first["pageInfo"]["endCursor"]}"')
    assert ([node["id"] for node in rest["nodes"]], rest["pageInfo"]["hasNextPage"]) == (ids[2:], False)
    number = ids[0].rpartition("/")[2]
    for arguments, expected in {
        "9, reverse: true": ids[::-1],
        "9, sortKey: ID": ids,
        "9, topics: [CHECKOUTS_UPDATE]": ids[1:2],
        f'9, uri: "{HERE}/2"': ids[2:],
        f'9, callbackUrl: "{HERE}/0"': ids[:1],
        "9, format: XML": [],
        "9, query: \"created_at:>'2026-11-21T12:00:02Z'\"": ids[2:],
        f'9, query: "id:{number}"': ids[:1],
    }.items():
        assert [node["id"] for node in (await page(arguments))["nodes"]] == expected, arguments
    await ask('{ webhookSubscriptions(first: 1, query: "colour:red") { nodes { id } } }')
    assert [entry["path"] for entry in ask.search] == [["webhookSubscriptions"]]
    counts = await ask(
        "{ all: webhookSubscriptionsCount { count precision } "
        "some: webhookSubscriptionsCount(limit: 2) { count precision } }"
    )
    assert counts == {"all": {"count": 3, "precision": "EXACT"}, "some": {"count": 2, "precision": "AT_LEAST"}}
