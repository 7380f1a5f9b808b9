"""The texts of a checkout that a search finds, by field and without one."""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.search_text import field_texts, search_text
from tests.checkouts.samples import a_checkout, a_customer, a_line

ADDRESS = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "company": "Engines",
    "address1": "12 Main St",
    "address2": "Flat 3",
    "city": "Louisville",
    "province": "Kentucky",
    "zip": "40202",
    "country": "United States",
    "country_code": "US",
    "phone": "+1 (502) 555",
}
FULL = a_checkout(
    name="#1007",
    email="ada@example.com",
    phone="+49 30 12",
    note="Ring twice",
    customer=a_customer(first_name="Cara", last_name="Clay", email="cara@example.com", phone="+3"),
    shipping_address=ADDRESS,
    billing_address={"first_name": "Bob", "country": "Germany", "country_code": "DE"},
    custom_attributes=[{"key": "gift", "value": "yes"}, {"key": "wrap", "value": None}],
    discount_codes=[{"code": "TEN", "amount": 1, "type": "percentage"}],
    discount_applications=[{"kind": "code", "code": "TEN"}, {"kind": "automatic"}, {"kind": "code", "code": "XMAS"}],
    line_items=[
        a_line(title="Teapot", variant_title="Blue", sku="T-1", product_id=70, variant_id=71),
        a_line(title="Cup", sku="C-1"),
    ],
)


def test_without_a_field_all_shown_texts_are_found_once() -> None:
    assert search_text(FULL) == [
        *("#1007", "7", "ada@example.com", "+49 30 12", "Cara Clay", "cara@example.com", "+3"),
        *("Teapot", "Blue", "T-1", "Cup", "C-1"),
        *("Ada Lovelace", "Engines", "12 Main St", "Flat 3", "Louisville", "Kentucky", "40202", "United States"),
        *("+1 (502) 555", "Bob", "Germany"),
    ]
    assert search_text(a_checkout()) == ["7"]


@pytest.mark.parametrize(
    ("field", "texts"),
    [
        ("name", ["#1007", "1007"]),
        ("email", ["ada@example.com", "cara@example.com"]),
        # Also the digits alone, as people type them.
        ("phone", ["+49 30 12", "+3", "493012", "3"]),
        ("customer_name", ["Cara Clay", "Ada Lovelace", "Bob"]),
        ("product_title", ["Teapot", "Cup"]),
        ("sku", ["T-1", "C-1"]),
        ("discount_code", ["TEN", "XMAS"]),
        ("product_id", ["70"]),
        ("variant_id", ["71"]),
        ("currency", ["USD"]),
        ("country", ["US", "United States"]),
        ("note", ["Ring twice"]),
        ("attribute", ["gift", "gift=yes", "wrap", "wrap="]),
    ],
)
def test_each_field_has_its_own_texts(field: str, texts: list[str]) -> None:
    assert field_texts(FULL)[field] == texts


def test_an_empty_checkout_has_its_currency_only() -> None:
    found = field_texts(a_checkout())
    assert {name: texts for name, texts in found.items() if texts} == {"currency": ["USD"]}
    assert list(found) == list(field_texts(FULL))


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"shipping_address": ADDRESS, "billing_address": dict(ADDRESS)}, ["Ada Lovelace"]),
        ({"billing_address": {"first_name": "Bob"}}, ["Bob"]),
        ({"shipping_address": {"first_name": "Ada"}}, ["Ada"]),
        ({"shipping_address": {"first_name": "Ada"}, "billing_address": {"last_name": "Byron"}}, ["Ada", "Byron"]),
    ],
)
def test_the_billing_address_counts_if_it_differs(values: dict[str, Any], names: list[str]) -> None:
    assert field_texts(a_checkout(**values))["customer_name"] == names


@pytest.mark.parametrize(("name", "texts"), [("#1007", ["#1007", "1007"]), ("#X7", ["#X7", "X7"]), ("7", ["7"])])
def test_a_name_is_found_with_and_without_its_number_sign(name: str, texts: list[str]) -> None:
    assert field_texts(a_checkout(name=name))["name"] == texts


def test_the_country_is_that_of_the_delivery() -> None:
    billing = {"country": "Germany", "country_code": "DE"}
    assert field_texts(a_checkout(billing_address=billing))["country"] == ["DE", "Germany"]
    assert field_texts(a_checkout(shipping_address={"city": "Rome"}, billing_address=billing))["country"] == []
