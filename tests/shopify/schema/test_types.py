"""Every field of every noun, read from a filled shop on both databases."""

from typing import Any

from tests.shopify.asker import NOW, Asker
from tests.shopify.schema.selections import everything

ROWS = {
    "Abandonment": "SELECT max(id) FROM abandonments",
    "Customer": "SELECT max(id) FROM customers WHERE last_order_id IS NOT NULL",
    "Order": "SELECT min(id) FROM orders",
    "Product": "SELECT min(id) FROM products",
    "ProductVariant": "SELECT min(id) FROM product_variants",
    "AbandonedCheckout": "SELECT max(id) FROM abandoned_checkouts WHERE customer_id IS NOT NULL",
    "Metafield": "SELECT min(id) FROM metafields",
    "App": "SELECT min(id) FROM apps",
    "AppInstallation": "SELECT min(id) FROM apps",
    "Shop": "SELECT min(id) FROM shops",
    "ShopAddress": "SELECT min(id) FROM shops",
    "Domain": "SELECT min(id) FROM shops",
}


async def test_every_field_of_every_noun_has_a_value_of_its_type(ask: Asker) -> None:
    for name, statement in ROWS.items():
        gid = f"gid://shopify/{name}/{await ask.one(statement)}"
        answer = await ask(f"query($id: ID!) {{ node(id: $id) {{ id ... on {name} {everything(name, 3)} }} }}", id=gid)
        assert answer["node"]["id"] == gid, f"{name}: node returns {answer['node']}"


async def test_parts_are_found_by_their_ids(ask: Asker) -> None:
    """The ids of nested nodes lead to the same objects."""
    product = await ask.one(ROWS["Product"])
    answer = await ask(
        """query($id: ID!) {
          abandonedCheckouts(first: 30) { nodes {
            billingAddress { id city } shippingAddress { id city } lineItems(first: 9) { nodes { id title } }
            customer { defaultAddress { id city } } } }
          product(id: $id) { options { id name } }
        }""",
        id=f"gid://shopify/Product/{product}",
    )
    wanted: dict[str, dict[str, Any]] = {each["id"]: each for each in answer["product"]["options"]}
    for node in answer["abandonedCheckouts"]["nodes"]:
        parts = [node["billingAddress"], node["shippingAddress"], *node["lineItems"]["nodes"]]
        parts.append((node["customer"] or {}).get("defaultAddress"))
        wanted |= {part["id"]: part for part in parts if part}
    assert len(wanted) > 60
    found = await ask(
        """query($ids: [ID!]!) { nodes(ids: $ids) { id ... on MailingAddress { city }
          ... on AbandonedCheckoutLineItem { title } ... on ProductOption { name } } }""",
        ids=list(wanted),
    )
    assert {node["id"]: node for node in found["nodes"] if node} == wanted


async def test_what_is_not_there_is_null(ask: Asker) -> None:
    names = [*ROWS, "AbandonedCheckoutLineItem", "MailingAddress", "ProductOption", "WebhookSubscription", "Nothing"]
    ids = [f"gid://shopify/{name}/7" for name in names]
    assert await ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids) == {"nodes": [None] * len(ids)}


async def test_another_shop_finds_nothing_of_this_one(ask: Asker) -> None:
    ids = [f"gid://shopify/{name}/{await ask.one(statement)}" for name, statement in ROWS.items()]
    stranger = await ask.stranger(shop=True)
    answer = await stranger("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert answer["nodes"] == [None] * len(ids)


async def test_an_abandonment_is_found_by_its_checkout(ask: Asker) -> None:
    number = await ask.one("SELECT max(checkout_id) FROM abandonments")
    checkout = f"gid://shopify/AbandonedCheckout/{number}"
    query = "query($id: ID!) { abandonmentByAbandonedCheckoutId(abandonedCheckoutId: $id) { %s } }"
    answer = await ask(query % "abandonedCheckoutPayload { id } abandonmentType", id=checkout)
    assert answer["abandonmentByAbandonedCheckoutId"] == {
        "abandonedCheckoutPayload": {"id": checkout},
        "abandonmentType": "CHECKOUT",
    }
    refused = await ask.run(query % "id", id=f"gid://shopify/Abandonment/{number}")
    assert [error.message for error in refused.errors or ()] == [f"Invalid id: gid://shopify/Abandonment/{number}"]


async def test_the_shops_clock_follows_summer_time(ask: Asker) -> None:
    query = "{ shop { ianaTimezone timezoneAbbreviation timezoneOffset timezoneOffsetMinutes } }"
    winter = (await ask(query))["shop"]
    ask.now = NOW - 120 * 86_400_000_000
    summer = (await ask(query))["shop"]
    assert winter == {
        "ianaTimezone": "America/New_York",
        "timezoneAbbreviation": "EST",
        "timezoneOffset": "-0500",
        "timezoneOffsetMinutes": -300,
    }
    assert (summer["timezoneAbbreviation"], summer["timezoneOffset"]) == ("EDT", "-0400")


async def test_codes_that_the_schema_does_not_know_break_no_page(ask: Asker) -> None:
    await ask.write("UPDATE shops SET currency = 'usd'")
    await ask.write("UPDATE abandoned_checkouts SET currency = 'SLE', presentment_currency = 'eur'")
    address = '{"city": "Pristina", "country_code": "QQ"}'
    await ask.write("UPDATE abandoned_checkouts SET billing_address = :address", address=address)
    answer = await ask("""{ shop { currencyCode } abandonedCheckouts(first: 1) { nodes {
      billingAddress { countryCodeV2 }
      totalPriceSet { shopMoney { currencyCode } presentmentMoney { currencyCode } } } } }""")
    assert answer["shop"]["currencyCode"] == "USD"
    (node,) = answer["abandonedCheckouts"]["nodes"]
    assert node["billingAddress"] == {"countryCodeV2": "ZZ"}
    assert node["totalPriceSet"] == {
        "shopMoney": {"currencyCode": "XXX"},
        "presentmentMoney": {"currencyCode": "EUR"},
    }
