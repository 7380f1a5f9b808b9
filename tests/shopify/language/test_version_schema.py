"""The schema of each API version as clients see it, and which version responds at which time."""

from enum import Enum
from typing import Any

import pytest
import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_client_schema,
    build_schema,
    get_introspection_query,
    graphql_sync,
    is_introspection_type,
    print_schema,
    validate_schema,
)

from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.shopify.language.version_schema import SINCE, schema_for
from abandoned_checkouts.shopify.language.versions import UNSTABLE
from abandoned_checkouts.shopify.schema.build import printed_schema
from tests.contract.facts import facts_of
from tests.contract.schema import contract_schema
from tests.shopify.caller import Caller

INTROSPECTION = get_introspection_query(
    input_value_deprecation=True, specified_by_url=True, directive_is_repeatable=True
)

# Shopify: the differences of the published schemas in the mirrored part. Members that earlier versions do not have.
SINCE_2026_04 = {
    "WebhookSubscription.name",
    "WebhookSubscriptionInput.name",
    "WebhookSubscriptionTopic.FULFILLMENT_ORDERS_MANUALLY_REPORTED_PROGRESS_STOPPED",
    "WebhookSubscriptionTopic.FULFILLMENT_ORDERS_PROGRESS_REPORTED",
}
SINCE_2026_07 = {
    "Order.cartToken",
    "Order.checkoutToken",
    "Metafield.sizeInBytes",
    "MetafieldOwnerType.TRANSFER",
    "CustomerMarketingConsent",
    "CustomerMarketingConsentState",
    "CustomerPhoneNumber.whatsAppMarketingConsent",
    "CustomerWhatsAppMarketingConsent",
    "ShopFeatures.buyerExperienceDepositEnabled",
    "ShopFeatures.directConnectionCatalogAssignmentEnabled",
    "ShopFeatures.marketDrivenShipping",
    "ShopFeatures.subCountryMarketsEnabled",
    "WebhookSubscriptionTopic.CUSTOMERS_WHATS_APP_MARKETING_CONSENT_UPDATE",
    "WebhookSubscriptionTopic.INVENTORY_TRANSFERS_UPDATED",
}
SINCE_2026_10 = {
    "CustomerPhoneNumber.smsMarketingConsent",
    "CustomerSmsMarketingConsent",
    "OrderDisplayFulfillmentStatus.FULFILLMENT_NOT_REQUIRED",
}
ONLY_UNSTABLE = {
    "WebhookSubscriptionTopic.CHECKOUTS_PAID",
    "WebhookSubscriptionTopic.PRODUCT_OPERATIONS_FINISH",
    "WebhookSubscriptionTopic.VARIANTS_DELETE",
    "WebhookSubscriptionTopic.VARIANT_PUBLICATIONS_CREATE",
    "WebhookSubscriptionTopic.VARIANT_PUBLICATIONS_DELETE",
}
ABSENT: dict[str, set[str]] = {
    "2026-01": SINCE_2026_04 | SINCE_2026_07 | SINCE_2026_10 | ONLY_UNSTABLE,
    "2026-04": SINCE_2026_07 | SINCE_2026_10 | ONLY_UNSTABLE,
    "2026-07": SINCE_2026_10 | ONLY_UNSTABLE,
    "2026-10": ONLY_UNSTABLE,
    "2027-01": ONLY_UNSTABLE,
    "unstable": set(),
}


async def introspected(caller: Caller, version: str) -> set[str]:
    """Everything a client can see of a version but its prose, one fact a line."""
    answer = await caller.answer(INTROSPECTION, version=version)
    schema = build_client_schema(answer["data"])
    assert validate_schema(schema) == []
    return facts_of(build_schema(print_schema(schema)))


@pytest.mark.parametrize("version", ABSENT)
async def test_a_version_lacks_just_what_came_later(sqlite_caller: Caller, version: str) -> None:
    kept = facts_of(build_schema(printed_schema()))
    served = await introspected(sqlite_caller, version)
    assert served <= kept, sorted(served - kept)
    gone = {_coordinate(fact) for fact in kept - served}
    # Of a type that is gone, each field and each mention of it goes along.
    shown = {name for name in gone if name in ABSENT[version] or name.partition(".")[0] not in ABSENT[version]}
    assert shown == ABSENT[version]


def _coordinate(fact: str) -> str:
    """Type or Type.part of a fact such as `Type.field(argument: X): Y @deprecated` or `object Type`."""
    words = fact.split()
    if words[0] in ("object", "interface", "enum", "inputobject", "union", "scalar"):
        return words[1]
    if len(words) > 1 and words[1] in ("implements", "holds"):
        return words[0]
    return words[0].partition("(")[0].rstrip(":")


@pytest.mark.parametrize(("version", "field"), [("2026-01", "sizeInBytes"), ("2026-04", "sizeInBytes")])
async def test_what_a_version_lacks_does_not_exist_in_it(sqlite_caller: Caller, version: str, field: str) -> None:
    document = f'{{ shop {{ metafield(namespace: "a", key: "b") {{ {field} }} }} }}'
    answer = await sqlite_caller.answer(document, version=version)
    assert answer["errors"][0]["message"] == f"Field '{field}' doesn't exist on type 'Metafield'"
    assert "errors" not in await sqlite_caller.answer(document, version="2026-07")


@pytest.mark.parametrize("version", ABSENT)
async def test_a_union_finds_its_types_in_every_version(sqlite_caller: Caller, version: str) -> None:
    made = (
        'mutation { webhookSubscriptionCreate(topic: CHECKOUTS_UPDATE, webhookSubscription: {uri: "pubsub://project:topic"})'
        " { userErrors { message } } }"
    )
    created = (await sqlite_caller.answer(made, version=version))["data"]["webhookSubscriptionCreate"]
    assert created == {"userErrors": []}
    document = (
        "{ webhookSubscriptions(first: 1) { nodes { endpoint { __typename ... on WebhookHttpEndpoint { callbackUrl } "
        "... on WebhookPubSubEndpoint { pubSubProject pubSubTopic } } } } }"
    )
    answer = await sqlite_caller.answer(document, version=version)
    assert answer["data"]["webhookSubscriptions"]["nodes"] == [
        {"endpoint": {"__typename": "WebhookPubSubEndpoint", "pubSubProject": "project", "pubSubTopic": "topic"}}
    ]


# moment, version asked for, version that answers (None: it never was one), as publicApiVersions names it
@pytest.mark.parametrize(
    ("moment", "version", "answers", "row"),
    [
        ("2026-11-21T12:00:00Z", "2026-10", "2026-10", ("2026-10 (Latest)", True)),
        ("2026-11-21T12:00:00Z", "2027-01", "2027-01", ("2027-01 (Release candidate)", False)),
        ("2026-11-21T12:00:00Z", "2025-10", "2026-01", None),
        ("2026-11-21T12:00:00Z", "2027-04", None, None),
        ("2027-01-01T16:59:59Z", "2027-01", "2027-01", ("2027-01 (Release candidate)", False)),
        ("2027-01-01T17:00:00Z", "2027-01", "2027-01", ("2027-01 (Latest)", True)),
        ("2027-01-01T17:00:00Z", "2027-04", "2027-04", ("2027-04 (Release candidate)", False)),
        ("2027-01-16T14:59:59Z", "2026-01", "2026-01", ("2026-01", True)),
        ("2027-01-16T15:00:00Z", "2026-01", "2026-04", None),
        ("2027-01-16T15:00:00Z", "unstable", "unstable", ("unstable", False)),
    ],
)
async def test_the_clock_decides_which_versions_answer(
    sqlite_caller: Caller, moment: str, version: str, answers: str | None, row: tuple[str, bool] | None
) -> None:
    sqlite_caller.clock.now = parse_moment(moment)
    query = "{ publicApiVersions { handle displayName supported } }"
    response = await sqlite_caller.post(query, version=version)
    if answers is None:
        assert (response.status_code, response.json()) == (404, {"errors": "Not Found"})
        return
    assert (response.status_code, response.headers["x-shopify-api-version"]) == (200, answers)
    rows: dict[str, Any] = {each["handle"]: each for each in response.json()["data"]["publicApiVersions"]}
    found = rows.get(version)
    assert (found and (found["displayName"], found["supported"])) == row


def _names(schema: GraphQLSchema) -> set[str]:
    """Every type, and every field, input field, argument and enum value of it, as Type.field.argument."""
    names = set()
    for type_ in schema.type_map.values():
        # The introspection types of a served version are Shopify's; see test_system_types.
        if is_introspection_type(type_):
            continue
        names.add(type_.name)
        if isinstance(type_, GraphQLEnumType):
            names.update(f"{type_.name}.{value}" for value in type_.values)
        elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for name, field in type_.fields.items():
                names.add(f"{type_.name}.{name}")
                names.update(f"{type_.name}.{name}.{argument}" for argument in getattr(field, "args", ()))
    return names


@pytest.mark.parametrize("handle", ["2026-01", "2026-04", "2026-07", "2026-10", "2027-01", "unstable"])
def test_each_version_lacks_what_came_later_and_nothing_else(handle: str) -> None:
    full = contract_schema()
    schema = schema_for(handle, full)
    assert validate_schema(schema) == []
    everything = _names(full)
    # The contract is that of 2026-10; what only unstable has is in no contract.
    known = {name: since for name, since in SINCE.items() if since != UNSTABLE}
    assert everything >= known.keys(), "the table names what is not in the schema"
    later = {name for name, since in known.items() if handle != UNSTABLE and handle < since}
    gone = {name for name in everything if any(name == step or name.startswith(f"{step}.") for step in later)}
    assert everything - _names(schema) == gone
    assert schema_for(handle, full) is schema
    if later:
        assert "CustomerMarketingConsent" in print_schema(full)
        assert len(print_schema(schema)) < len(print_schema(full))


@strawberry.enum
class Topic(Enum):
    OLD = "old"
    NEW = "new"


@strawberry.interface
class Node:
    id: strawberry.ID


@strawberry.type
class Order(Node):
    @strawberry.field
    def cart_token(self) -> str:
        return "secret"

    @strawberry.field
    def topic(self, info: strawberry.Info) -> Topic:
        return Topic.OLD if "Order" in info.schema.schema_converter.type_map else Topic.NEW


@strawberry.type
class QueryRoot:
    @strawberry.field
    def node(self, topic: Topic) -> Node:
        assert topic is Topic.OLD
        return Order(id=strawberry.ID("7"))


def test_strawberry_types_keep_their_resolvers() -> None:
    full = strawberry.Schema(QueryRoot, types=[Order])._schema
    cut = schema_for("2026-01", full)
    assert cut is not full
    order = cut.get_type("Order")
    assert isinstance(order, GraphQLObjectType)
    assert sorted(order.fields) == ["id", "topic"]
    result = graphql_sync(cut, "{ node(topic: OLD) { __typename id ... on Order { topic } } }")
    assert (result.errors, result.data) == (None, {"node": {"__typename": "Order", "id": "7", "topic": "OLD"}})
    whole = graphql_sync(full, "{ node(topic: OLD) { ... on Order { cartToken } } }")
    assert whole.data == {"node": {"cartToken": "secret"}}
