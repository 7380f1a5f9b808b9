"""Every field of every noun, read from a filled shop on both databases."""

from typing import Any

from sqlalchemy import insert

from abandoned_checkouts.store.tables import orders
from abandoned_checkouts.store.tenants.change_settings import change_settings
from abandoned_checkouts.store.tenants.shops import find_shop
from tests.shopify.asker import DOMAIN, NOW, Asker
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
    "Location": "SELECT min(id) FROM shops",
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
    expected: dict[str, dict[str, Any]] = {each["id"]: each for each in answer["product"]["options"]}
    for node in answer["abandonedCheckouts"]["nodes"]:
        parts = [node["billingAddress"], node["shippingAddress"], *node["lineItems"]["nodes"]]
        parts.append((node["customer"] or {}).get("defaultAddress"))
        expected |= {part["id"]: part for part in parts if part}
    assert len(expected) > 60
    found = await ask(
        """query($ids: [ID!]!) { nodes(ids: $ids) { id ... on MailingAddress { city }
          ... on AbandonedCheckoutLineItem { title } ... on ProductOption { name } } }""",
        ids=list(expected),
    )
    assert {node["id"]: node for node in found["nodes"] if node} == expected


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


async def test_what_connectors_ask_of_a_shop_first(ask: Asker) -> None:
    await ask.write("""UPDATE shops SET presentment_currencies = '["USD", "EUR"]' """)
    query = """{
      shop { transactionalSmsDisabled marketingSmsConsentEnabledAtCheckout
        features { giftCards storefront sellsSubscriptions branding shopifyPlus
          bundles { sellsBundles } cartTransform { eligibleOperations { updateOperation } } }
        currencySettings(first: 5) { nodes { currencyCode currencyName enabled manualRate rateUpdatedAt } }
        last: currencySettings(last: 1) { pageInfo { hasPreviousPage } nodes { currencyCode } } }
      location { id name isActive address { city formatted } metafields(first: 1) { nodes { id } } }
    }"""
    answer = await ask(query)
    shop, number = answer["shop"], await ask.one("SELECT min(id) FROM shops")
    assert (shop["transactionalSmsDisabled"], shop["marketingSmsConsentEnabledAtCheckout"]) == (False, False)
    assert shop["features"] == {
        "giftCards": True,
        "storefront": True,
        "sellsSubscriptions": False,
        "branding": "SHOPIFY",
        "shopifyPlus": False,
        "bundles": {"sellsBundles": False},
        "cartTransform": {"eligibleOperations": {"updateOperation": False}},
    }
    assert shop["currencySettings"]["nodes"] == [
        {"currencyCode": code, "currencyName": name, "enabled": True, "manualRate": None, "rateUpdatedAt": None}
        for code, name in (("USD", "US Dollar"), ("EUR", "Euro"))
    ]
    assert shop["last"] == {"pageInfo": {"hasPreviousPage": True}, "nodes": [{"currencyCode": "EUR"}]}
    assert answer["location"]["id"] == f"gid://shopify/Location/{number}"
    by_id = "query($id: ID!) { location(id: $id) { isPrimary } }"
    assert await ask(by_id, id=answer["location"]["id"]) == {"location": {"isPrimary": True}}
    assert await ask(by_id, id="gid://shopify/Location/99") == {"location": None}
    features = {"giftCards": False, "gift_cards": False}
    async with ask.database.begin() as connection:
        shop = await find_shop(connection, DOMAIN)
        assert shop is not None
        changes = {"plan": "plus", "features": features, "transactional_sms_disabled": True}
        await change_settings(connection, shop, changes, NOW)
    shop = (await ask(query))["shop"]
    assert shop["transactionalSmsDisabled"] is True
    assert (shop["features"]["branding"], shop["features"]["giftCards"]) == ("SHOPIFY_PLUS", False)


async def test_orders_of_a_customer(ask: Asker) -> None:
    number = await ask.one("SELECT max(id) FROM customers WHERE last_order_id IS NOT NULL")
    shop = await ask.one("SELECT min(id) FROM shops")
    async with ask.database.begin() as connection:
        for place, total in enumerate((30, 10, 20), 1):
            amounts = {column.name: 0 for column in orders.c if not column.nullable}
            facts = {
                "currency": "USD",
                "presentment_currency": "USD",
                "financial_status": "PAID",
                "customer_id": number,
            }
            texts = {
                "tags": "[]",
                "custom_attributes": "[]",
                "discount_codes": "[]",
                "fulfillment_status": "UNFULFILLED",
            }
            own = {"shop_id": shop, "id": 9_000_000_000_000 + place, "number": place, "name": f"#X{place}"}
            flags = {"test": False, "taxes_included": False, "total_price": total * 10_000}
            moments = dict.fromkeys(("created_at", "updated_at", "processed_at"), NOW + place)
            await connection.execute(insert(orders).values(amounts | facts | texts | own | flags | moments))
    document = """query($id: ID!, $key: OrderSortKeys, $reverse: Boolean, $query: String, $after: String) {
      customer(id: $id) { orders(first: 2, sortKey: $key, reverse: $reverse, query: $query, after: $after) {
        nodes { name } pageInfo { hasNextPage endCursor } } } }"""

    async def names(**variables: Any) -> list[str]:
        """The names on all pages."""
        found: list[str] = []
        while True:
            customer = (await ask(document, id=f"gid://shopify/Customer/{number}", **variables))["customer"]
            found += [node["name"] for node in customer["orders"]["nodes"]]
            if not customer["orders"]["pageInfo"]["hasNextPage"]:
                return found
            variables["after"] = customer["orders"]["pageInfo"]["endCursor"]

    assert (await names())[-3:] == ["#X1", "#X2", "#X3"]
    assert (await names(reverse=True))[:3] == ["#X3", "#X2", "#X1"]
    assert (await names(key="PROCESSED_AT"))[-3:] == ["#X1", "#X2", "#X3"]
    by_price = [name for name in await names(key="TOTAL_PRICE") if name.startswith("#X")]
    assert by_price == ["#X2", "#X3", "#X1"]
    assert await names(query="name:#X2") == ["#X2"]
    assert await names(query="id:>9000000000000 financial_status:paid") == ["#X1", "#X2", "#X3"]
    assert await names(query="name:none") == []
    assert [entry["path"] for entry in ask.search] == []
    await names(query="colour:red")
    assert [entry["path"] for entry in ask.search] == [["customer", "orders"]]


async def test_facts_about_a_customer(ask: Asker) -> None:
    number = await ask.one("SELECT max(id) FROM customers WHERE phone IS NOT NULL")
    query = """query($id: ID!) { customer(id: $id) { taxExemptions statistics { predictedSpendTier rfmGroup }
      mergeable { isMergeable errorFields reason mergeInProgress { status } }
      emailMarketingConsent { sourceLocation { id } } smsMarketingConsent { sourceLocation { id } }
      defaultPhoneNumber { sourceLocation { id } smsMarketingConsent { sourceLocation { id } }
        whatsAppMarketingConsent { state optInLevel collectedFrom updatedAt sourceLocation { id } } } } }"""
    customer = (await ask(query, id=f"gid://shopify/Customer/{number}"))["customer"]
    assert customer["taxExemptions"] == []
    assert customer["statistics"] == {"predictedSpendTier": None, "rfmGroup": None}
    assert customer["mergeable"] == {
        "isMergeable": True,
        "errorFields": [],
        "reason": None,
        "mergeInProgress": None,
    }
    assert customer["defaultPhoneNumber"]["whatsAppMarketingConsent"] == {
        "state": "NEVER_SUBSCRIBED",
        "optInLevel": None,
        "collectedFrom": None,
        "updatedAt": None,
        "sourceLocation": None,
    }
    extra = '{"tax_exemptions": ["US_CA_RESELLER_EXEMPTION", "UNHEARD_OF"]}'
    await ask.write(
        "UPDATE customers SET extra = :extra, erasure_requested_at = 1 WHERE id = :id", extra=extra, id=number
    )
    customer = (await ask(query, id=f"gid://shopify/Customer/{number}"))["customer"]
    assert customer["taxExemptions"] == ["US_CA_RESELLER_EXEMPTION"]
    assert customer["mergeable"]["errorFields"] == ["PENDING_DATA_REQUEST"]
    assert customer["mergeable"]["isMergeable"] is False and customer["mergeable"]["reason"]


async def test_ids_of_line_items_end_as_recorded(ask: Asker) -> None:
    answer = await ask("{ abandonedCheckouts(first: 1) { nodes { lineItems(first: 1) { nodes { id } } } } }")
    identifier = answer["abandonedCheckouts"]["nodes"][0]["lineItems"]["nodes"][0]["id"]
    assert identifier.endswith("&index=0&actoken")
    query = "query($id: ID!) { node(id: $id) { id } }"
    assert await ask(query, id=identifier) == {"node": {"id": identifier}}
    # Ids that earlier releases returned.
    assert await ask(query, id=identifier.removesuffix("&actoken")) == {"node": {"id": identifier}}
