"""Payloads as XML."""

from xml.etree import ElementTree

import pytest

from abandoned_checkouts.shopify.formats.webhooks.xml import root_of, to_xml


def test_every_kind_of_value_has_its_form() -> None:
    payload = {
        "id": 7,
        "note": 'a < b & "c"\x00',
        "phone": None,
        "total_price": "5.00",
        "rate": 0.5,
        "buyer_accepts_marketing": False,
        "created_at": "2026-11-21T07:00:00-05:00",
        "line_items": [{"title": "Cup", "properties": []}, {"title": "Saucer"}],
        "discount_codes": ["A"],
        "shipping_address": {"city": "Town"},
        "9 lives": "x",
    }
    assert to_xml("checkout", payload) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<checkout><id type="integer">7</id><note>a &lt; b &amp; "c"</note><phone nil="true"/>'
        '<total-price>5.00</total-price><rate type="float">0.5</rate>'
        '<buyer-accepts-marketing type="boolean">false</buyer-accepts-marketing>'
        '<created-at type="dateTime">2026-11-21T07:00:00-05:00</created-at>'
        '<line-items type="array"><line-item><title>Cup</title><properties type="array"></properties></line-item>'
        "<line-item><title>Saucer</title></line-item></line-items>"
        '<discount-codes type="array"><discount-code>A</discount-code></discount-codes>'
        "<shipping-address><city>Town</city></shipping-address><n9-lives>x</n9-lives></checkout>\n"
    )


@pytest.mark.parametrize("text", ["\ud800", "\ufffe", "]]>", "\x0b", "é😀"])
def test_every_text_makes_a_document(text: str) -> None:
    ElementTree.fromstring(to_xml("cart", {"note": text, text: text, "": text}))


@pytest.mark.parametrize(
    ("topic", "root"), [("CHECKOUTS_UPDATE", "checkout"), ("CARTS_CREATE", "cart"), ("SHOP_UPDATE", "shop")]
)
def test_the_root_is_the_noun_of_the_topic(topic: str, root: str) -> None:
    assert root_of(topic) == root
