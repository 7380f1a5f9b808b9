"""Every field of the schema × every set of scopes × every endpoint: a token cannot read data beyond its scopes.

The fields come from the schema. The scopes that they need are declared here by type, independently of the server's
table, so that a type that is missing there is found.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)
from sqlalchemy import insert

from abandoned_checkouts.config import Settings
from abandoned_checkouts.shopify.schema.build import graphql_schema
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tables import metafields
from abandoned_checkouts.store.tenants.shops import find_shop
from tests.shopify.caller import Caller, caller_for

SCOPES = ["read_orders", "read_customers", "read_products"]
SETS: dict[str, list[str]] = {
    "none": [],
    "all": SCOPES,
    **{scope: [scope] for scope in SCOPES},
    **{f"all but {scope}": [other for other in SCOPES if other != scope] for scope in SCOPES},
    "write_orders": ["write_orders"],
    "write_customers": ["write_customers"],
}
NEEDS = {
    "AbandonedCheckout": "read_orders",
    "AbandonedCheckoutLineItem": "read_orders",
    "Abandonment": "read_orders",
    "Customer": "read_customers",
    "Location": "read_locations",
    "Order": "read_orders",
    "Product": "read_products",
    "ProductVariant": "read_products",
}
# Fields that require more than their type, and types of the app's own or of the shop: one of several scopes.
ANY = frozenset(SCOPES)
WRITES_CUSTOMERS = frozenset({"write_customers"})
FIELDS: dict[str, frozenset[str]] = {
    "QueryRoot.abandonedCheckoutsCount": frozenset({"read_orders"}),
    "QueryRoot.webhookSubscription": ANY,
    "QueryRoot.webhookSubscriptions": ANY,
    "QueryRoot.webhookSubscriptionsCount": ANY,
    "BulkOperation.partialDataUrl": ANY,
    "BulkOperation.url": ANY,
    "Customer.unsubscribeUrl": WRITES_CUSTOMERS,
    "CustomerEmailAddress.marketingUnsubscribeUrl": WRITES_CUSTOMERS,
    "CustomerEmailAddress.openTrackingUrl": WRITES_CUSTOMERS,
    "Shop.billingAddress": ANY,
    "Shop.contactEmail": ANY,
    "Shop.email": ANY,
    "Shop.shopAddress": ANY,
    "Shop.shopOwnerName": ANY,
}
# Something of each kind that is in the store, by id; `None` for what has no row there.
IDS = {
    "AbandonedCheckout": "gid://shopify/AbandonedCheckout/3",
    "Abandonment": "gid://shopify/Abandonment/3",
    "Customer": "gid://shopify/Customer/903",
}
SCHEMA = graphql_schema()


@pytest.fixture
async def unthrottled(sqlite_url: str) -> AsyncIterator[Caller]:
    """Without the throttle, and with a token for each set of scopes."""
    settings = Settings(database_url=sqlite_url, throttle=False, work=False)
    async for each in caller_for(sqlite_url, settings, SETS):
        yield each


def needed(name: str) -> str | None:
    return NEEDS.get(name.removesuffix("Connection").removesuffix("Edge"))


def literal(field: GraphQLField, type_name: str) -> str:
    """Arguments for which the field returns data of the store."""
    given = []
    if "first" in field.args:
        given.append("first: 2")
    for name, argument in field.args.items():
        if not is_required_argument(argument):
            continue
        kind = get_named_type(argument.type).name
        if kind == "ID":
            owner = "AbandonedCheckout" if name == "abandonedCheckoutId" else type_name
            gid = f'"{IDS.get(owner, f"gid://shopify/{owner}/1")}"'
            given.append(f"{name}: {f'[{gid}]' if name == 'ids' else gid}")
        elif kind == "String":
            given.append(f'{name}: "x"')
    return f"({', '.join(given)})" if given else ""


def below(type_: GraphQLNamedType) -> str:
    """The smallest selection on a type."""
    if is_leaf_type(type_):
        return ""
    if isinstance(type_, GraphQLObjectType) and type_.name.endswith("Connection"):
        return " { nodes { __typename } }"
    return " { __typename }"


def paths() -> dict[str, tuple[str, ...]]:
    """For each type the shortest way to it from the root, as fields with their arguments."""
    assert SCHEMA.query_type is not None
    found: dict[str, tuple[str, ...]] = {SCHEMA.query_type.name: ()}
    waiting = [SCHEMA.query_type.name]
    while waiting:
        owner = SCHEMA.type_map[waiting.pop(0)]
        if not isinstance(owner, GraphQLObjectType):
            continue
        for name, field in owner.fields.items():
            target = get_named_type(field.type)
            if isinstance(target, GraphQLObjectType) and target.name not in found:
                found[target.name] = (*found[owner.name], f"{name}{literal(field, target.name)}")
                waiting.append(target.name)
    return found


def cases() -> list[tuple[str, str, frozenset[frozenset[str]]]]:
    """Coordinate, document, and for each rule on its way the scopes of which one is required.

    Leaves of a type, which take no more than the type does, are asked for together.
    """
    ways, made = paths(), []
    for owner, way in ways.items():
        type_ = SCHEMA.type_map[owner]
        assert isinstance(type_, GraphQLObjectType)
        fields = {name: field for name, field in type_.fields.items() if name not in ("node", "nodes")}
        leaves = [
            name
            for name, field in fields.items()
            if is_leaf_type(get_named_type(field.type)) and not field.args and f"{owner}.{name}" not in FIELDS
        ]
        for name, field in fields.items():
            if name in leaves[1:]:
                continue
            target = get_named_type(field.type)
            step = f"{name}{literal(field, target.name)}"
            text = " ".join(leaves) if name in leaves else step + below(target)
            for outer in reversed(way):
                text = f"{outer} {{ {text} }}"
            scopes = {frozenset({scope}) for each in _types_on((*way, step)) if (scope := needed(each)) is not None}
            scopes |= {FIELDS[place] for place in _places_on((*way, step)) if place in FIELDS}
            made.append((f"{owner}.{name}", f"{{ {text} }}", frozenset(scopes)))
    return made


def _types_on(way: tuple[str, ...]) -> list[str]:
    type_: GraphQLNamedType | None = SCHEMA.query_type
    names = []
    for step in way:
        assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
        type_ = get_named_type(type_.fields[step.partition("(")[0]].type)
        names.append(type_.name)
    return names


def _places_on(way: tuple[str, ...]) -> list[str]:
    """The coordinates of the fields on a way."""
    owners = ["QueryRoot", *_types_on(way)]
    return [f"{owner}.{step.partition('(')[0].partition(' ')[0]}" for owner, step in zip(owners, way, strict=False)]


CASES = cases()


def denied(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [error for error in answer.get("errors", []) if error["extensions"].get("code") == "ACCESS_DENIED"]


async def answered(caller: Caller, document: str, scopes: str) -> dict[str, Any]:
    answer = await caller.answer(document, token=scopes)
    codes = {error["extensions"].get("code") for error in answer.get("errors", [])}
    assert "INTERNAL_SERVER_ERROR" not in codes and "data" in answer, f"{document}\n{answer}"
    return dict(answer)


@pytest.mark.parametrize("scopes", SETS)
async def test_every_field(unthrottled: Caller, scopes: str) -> None:
    held = set(SETS[scopes]) | {scope.replace("write_", "read_") for scope in SETS[scopes]}
    assert len(CASES) > 120
    wrong = []
    for place, document, takes in CASES:
        answer = await answered(unthrottled, document, scopes)
        refused = denied(answer)
        # A field of a missing object cannot be refused: without an order, the order and all its fields are null.
        lacking = [scopes for scopes in takes if held.isdisjoint(scopes)]
        if bool(lacking) != bool(refused) and (refused or anything(answer["data"])):
            wrong.append(f"{place} takes {sorted(map(sorted, takes))}: {document}\n{answer}")
        for error in refused:
            assert list(error) == ["message", "locations", "extensions", "path"], error
            assert list(error["extensions"]) == ["code", "documentation", "requiredAccess"], error
            field = error["path"][-1]
            assert error["message"].startswith(f"Access denied for {field} field. Required access: "), error
            assert any(
                f"`{scope}`" in error["extensions"]["requiredAccess"] for scopes in lacking for scope in scopes
            ), error
            assert at(answer["data"], error["path"]) is None, answer
    assert not wrong, f"{len(wrong)} fields\n" + "\n".join(wrong[:5])


def anything(data: Any) -> bool:
    """Whether the data has a value that is not null."""
    if isinstance(data, dict):
        return any(anything(part) for part in data.values())
    return any(map(anything, data)) if isinstance(data, list) else data is not None


def at(data: Any, path: list[Any]) -> Any:
    """The value at a path of the data; None if a part of the path is null."""
    for step in path:
        if data is None:
            return None
        data = data[step]
    return data


PARTS = """{
  abandonedCheckouts(first: 1) { nodes { id customer { id defaultAddress { id } addressesV2(first: 1) { nodes { id } } }
    shippingAddress { id } lineItems(first: 1) { nodes { id product { id options { id } } variant { id } } } } }
}"""


def _ids(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["id"]} if "id" in value else set()
        return own.union(*(_ids(part) for part in value.values()))
    return set().union(*(_ids(part) for part in value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("path", ["node", "nodes"])
@pytest.mark.parametrize("scopes", SETS)
async def test_every_id_that_is_ever_given_out(unthrottled: Caller, scopes: str, path: str) -> None:
    held = set(SETS[scopes]) | {scope.replace("write_", "read_") for scope in SETS[scopes]}
    whole = await answered(unthrottled, PARTS, "all")
    for gid in sorted(_ids(whole["data"]) | set(IDS.values())):
        takes = needed(gid.split("/")[3])
        if "MailingAddress" in gid:
            takes = "read_customers" if "CustomerAddress" in gid else "read_orders"
        elif "ProductOption" in gid:
            takes = "read_products"
        text = f'node(id: "{gid}")' if path == "node" else f'nodes(ids: ["{gid}"])'
        answer = await answered(unthrottled, f"{{ {text} {{ id }} }}", scopes)
        found = answer["data"][path] if path == "node" else answer["data"][path][0]
        if takes is not None and takes not in held:
            assert found is None and denied(answer), f"{gid}: {answer}"
        else:
            assert found == {"id": gid}, f"{gid}: {answer}"
        foreign = await answered(unthrottled, f"{{ {text} {{ id }} }}", "foreign")
        assert foreign["data"][path] in (None, [None]) or "/Shop" in gid, f"{gid}: {foreign}"


OWNERS = {
    "CUSTOMER": "read_customers",
    "ORDER": "read_orders",
    "PRODUCT": "read_products",
    "PRODUCTVARIANT": "read_products",
    "SHOP": None,
}


async def test_a_metafield_takes_what_its_owner_takes(unthrottled: Caller) -> None:
    database = await open_database(unthrottled.settings.database_url)
    async with database.begin() as connection:
        shop = await find_shop(connection, "acme.myshopify.com")
        assert shop is not None
        for number, owner in enumerate(OWNERS, start=1):
            row = {"shop_id": shop.id, "id": number, "owner_type": owner, "owner_id": number, "namespace": "n"}
            row |= {"key": "k", "type": "single_line_text_field", "value": "v", "created_at": 1, "updated_at": 1}
            await connection.execute(insert(metafields).values(row))
    await database.close()
    for number, takes in enumerate(OWNERS.values(), start=1):
        document = f'{{ node(id: "gid://shopify/Metafield/{number}") {{ ... on Metafield {{ value }} }} }}'
        for scopes, held in SETS.items():
            answer = await answered(unthrottled, document, scopes)
            granted = takes is None or takes in held or takes.replace("read_", "write_") in held
            assert answer["data"]["node"] == ({"value": "v"} if granted else None), f"{number} {scopes}: {answer}"
            assert granted or denied(answer)
        assert (await answered(unthrottled, document, "foreign"))["data"]["node"] is None


@pytest.mark.parametrize("scopes", SETS)
@pytest.mark.parametrize("path", ["checkouts.json", "checkouts/count.json"])
async def test_every_rest_endpoint(unthrottled: Caller, scopes: str, path: str) -> None:
    response = await unthrottled.http.get(f"/admin/api/2026-10/{path}", headers=unthrottled.signed(scopes))
    if SETS[scopes] and {"read_orders", "write_orders"} & set(SETS[scopes]):
        assert response.status_code == 200
    else:
        refusal = {"errors": "[API] This action requires merchant approval for read_orders scope."}
        assert (response.status_code, response.json()) == (403, refusal)


async def test_mutations_take_their_scope(unthrottled: Caller) -> None:
    """Mutations that change an order, a customer or an abandonment. Saved searches and subscriptions belong to the
    app."""
    for document in (
        f'abandonmentEmailStateUpdate(id: "{IDS["Abandonment"]}", emailState: SENT) {{ userErrors {{ message }} }}',
        f'customerRequestDataErasure(customerId: "{IDS["Customer"]}") {{ userErrors {{ message }} }}',
        f'customerCancelDataErasure(customerId: "{IDS["Customer"]}") {{ userErrors {{ message }} }}',
        f"""abandonmentUpdateActivitiesDeliveryStatuses(abandonmentId: "{IDS["Abandonment"]}", deliveryStatus: SENT,
            marketingActivityId: "gid://shopify/MarketingActivity/1") {{ userErrors {{ message }} }}""",
    ):
        for scopes in ("none", *SCOPES):
            answer = await answered(unthrottled, f"mutation {{ {document} }}", scopes)
            assert denied(answer), f"{scopes}: {answer}"


async def test_a_token_opens_no_other_shops_host(unthrottled: Caller) -> None:
    for path, send in (("graphql.json", unthrottled.http.post), ("checkouts.json", unthrottled.http.get)):
        headers = {**unthrottled.signed("all"), "Host": "other.myshopify.com"}
        response = await send(f"/admin/api/2026-10/{path}", headers=headers)
        assert response.status_code == 401, path
        headers["Host"] = "127.0.0.1:8000"
        assert (await send(f"/admin/api/2026-10/{path}", headers=headers)).status_code != 401, path


async def test_another_shops_cursor_is_only_a_place(unthrottled: Caller) -> None:
    page = "{ abandonedCheckouts(first: 1%s) { nodes { id } pageInfo { endCursor } } }"
    foreign = await answered(unthrottled, page % "", "foreign")
    cursor = foreign["data"]["abandonedCheckouts"]["pageInfo"]["endCursor"]
    own = await answered(unthrottled, page % f', after: "{cursor}"', "all")
    assert own["data"]["abandonedCheckouts"]["nodes"] == []
    mine = await answered(unthrottled, page % "", "all")
    cursor = mine["data"]["abandonedCheckouts"]["pageInfo"]["endCursor"]
    after = await answered(unthrottled, page % f', after: "{cursor}"', "foreign")
    assert after["data"]["abandonedCheckouts"]["nodes"] == [{"id": "gid://shopify/AbandonedCheckout/101"}]
