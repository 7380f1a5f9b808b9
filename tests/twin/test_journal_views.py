"""What a token of a shop sees of the journal's entries."""

from typing import Any

import pytest

from abandoned_checkouts.twin.journal_views import of_shop, summary, whole

Json = dict[str, Any]
SHOP = "acme.myshopify.com"
SEEN = of_shop(SHOP)


def request(**values: Any) -> Json:
    return {
        "id": 1,
        "endpoint": "graphql",
        "path": "/1/recover?key=0123456789&locale=de",
        "shop": SHOP,
        "variables": {"q": "x"},
        "request": {
            "headers": {"X-Shopify-Access-Token": "shpat_other", "authorization": "Bearer abc", "accept": "*/*"},
            "body": '{"query": "{ shop { name } }", "token": "shpat_another"}',
        },
        "response": {"headers": {"set-cookie": "a=b"}, "body": "answer"},
        **values,
    }


def test_secrets_are_masked() -> None:
    seen = SEEN(request())
    assert seen is not None
    assert seen["path"] == "/1/recover?key=…&locale=de"
    headers = {"X-Shopify-Access-Token": "…", "authorization": "…", "accept": "*/*"}
    assert seen["request"]["headers"] == headers
    assert "shpat_…" in seen["request"]["body"] and "another" not in seen["request"]["body"]
    assert seen["response"] == {"headers": {"set-cookie": "…"}, "body": "answer"}
    assert seen["variables"] == {"q": "x"}


@pytest.mark.parametrize("values", [{"shop": None}, {"endpoint": "oauth"}])
def test_bodies_that_can_have_secrets_or_data_of_another_shop_are_left_out(values: Json) -> None:
    seen = SEEN(request(**values))
    assert seen is not None and "answer" not in str(seen) and "shop {" not in str(seen) and seen["variables"] == {}


def test_entries_of_other_shops_are_left_out() -> None:
    assert SEEN(request(shop="other.myshopify.com")) is None
    assert SEEN({"id": 1, "shop": "other.myshopify.com"}) is None
    assert SEEN({"id": 1, "shop": SHOP}) == {"id": 1, "shop": SHOP}


def test_a_program_sees_the_whole_entry_and_a_summary_has_no_bodies() -> None:
    entry = request()
    assert whole(entry) is entry
    assert summary(entry) == {name: entry[name] for name in ("id", "endpoint", "path", "shop")}
