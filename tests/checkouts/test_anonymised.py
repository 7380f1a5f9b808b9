"""An erasure removes the person from a checkout and customer, and keeps products, times and amounts."""

from dataclasses import fields, replace

from abandoned_checkouts.checkouts.anonymised import anonymised_report, erased_checkout, erased_customer, without_tokens
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from tests.checkouts.samples import NOW, a_checkout, a_customer, a_line

ATTRIBUTES = [{"key": "Gift for", "value": "Ada"}]
CUSTOMER = a_customer(
    uuid="person",
    first_name="Ada",
    last_name="Lovelace",
    email="ada@example.com",
    phone="+1",
    note="calls herself Ada",
    currency="EUR",
    tags=["vip"],
    tax_exempt=True,
    number_of_orders=3,
    amount_spent=99,
    last_order_id=77,
    email_marketing_state="SUBSCRIBED",
    addresses=[{"city": "London"}],
    extra={"email": "ada@example.com"},
)
CHECKOUT = a_checkout(
    uuid="guid",
    name="#7",
    token="tok",
    cart_token="cart",
    recovery_key="key",
    abandoned_checkout_url="https://shop.example/recover?key=1",
    abandoned_at=NOW,
    customer_id=501,
    customer=CUSTOMER,
    checkout_uuid="wix",
    cart_uuid="wix",
    contact_id="person",
    visitor_id="person",
    member_id="person",
    user_id="person",
    email="ada@example.com",
    phone="+1",
    buyer_accepts_marketing=True,
    total_price=390,
    note="Ring twice",
    billing_address={"city": "London"},
    shipping_address={"city": "London"},
    custom_attributes=ATTRIBUTES,
    line_items=[a_line(title="Teapot", custom_attributes=ATTRIBUTES, extra={"by": "Ada"})],
    extra={"email": "ada@example.com"},
    visit={
        "source": "online_store",
        "shop_pay": False,
        "started_at": NOW,
        "draft_order_at": None,
        "products_viewed": [1],
        "products_added_to_cart": [2],
        "cart_url": "https://shop.example/cart/c1",
    },
)


def changed(before: Checkout | Customer, after: Checkout | Customer) -> dict[str, object]:
    names = (item.name for item in fields(before))
    return {name: getattr(after, name) for name in names if getattr(after, name) != getattr(before, name)}


def test_an_erased_checkout_has_products_times_and_amounts_only() -> None:
    after = changed(CHECKOUT, erased_checkout(CHECKOUT, NOW + 5))
    key, visitor, customer = (after.pop(name) for name in ("recovery_key", "visitor_id", "customer"))
    assert isinstance(key, str) and len(key) == 32
    assert isinstance(visitor, str) and len(visitor) == 36
    assert isinstance(customer, Customer) and customer.email is None
    removed = ("abandoned_checkout_url", "cart_token", "checkout_uuid", "cart_uuid", "contact_id", "member_id")
    assert after == {
        **dict.fromkeys(removed),
        **dict.fromkeys(("user_id", "email", "phone", "billing_address", "shipping_address", "extra")),
        "updated_at": NOW + 5,
        "source_updated_at": NOW + 5,
        "erased_at": NOW + 5,
        "buyer_accepts_marketing": False,
        "note": "",
        "custom_attributes": [],
        "line_items": [a_line(title="Teapot")],
        "visit": {
            "source": "online_store",
            "shop_pay": False,
            "started_at": NOW,
            "draft_order_at": None,
            "products_viewed": [1],
            "products_added_to_cart": [2],
        },
    }


def test_a_later_report_of_an_erased_checkout_has_no_buyer() -> None:
    erased = erased_checkout(CHECKOUT, NOW + 5)
    report = replace(CHECKOUT, total_price=500, completed_at=NOW + 6, updated_at=NOW + 6, customer_id=502)
    after = anonymised_report(report, erased)
    assert changed(erased, after) == {
        "total_price": 500,
        "completed_at": NOW + 6,
        "updated_at": NOW + 6,
        "source_updated_at": report.source_updated_at,
    }


def test_a_checkout_without_a_customer_stays_without_one() -> None:
    assert erased_checkout(a_checkout(email="ada@example.com"), NOW).customer is None


def test_updated_at_never_decreases() -> None:
    late = a_checkout(updated_at=NOW + 9, customer=a_customer(updated_at=NOW + 8))
    after = erased_checkout(late, NOW)
    assert (after.updated_at, after.source_updated_at) == (NOW + 9, NOW + 9)
    assert after.customer is not None and after.customer.updated_at == NOW + 8


def test_an_erased_customer_has_id_times_and_amounts_only() -> None:
    after = erased_customer(CUSTOMER, NOW + 5)
    assert after.uuid is not None and after.uuid != "person" and len(after.uuid) == 36
    assert after == Customer(
        id=501,
        uuid=after.uuid,
        created_at=NOW,
        updated_at=NOW + 5,
        currency="EUR",
        tax_exempt=True,
        verified_email=False,
        number_of_orders=3,
        amount_spent=99,
        last_order_id=77,
    )


def test_a_copy_without_tokens_keeps_the_buyer() -> None:
    tax = {"title": "VAT", "extra": {"id": "a"}}
    checkout = replace(
        CHECKOUT,
        tax_lines=[tax],
        shipping_lines=[{"title": "Post", "amount": 5, "extra": {"id": "b"}}],
        activities=[{"activity_type": "EMAIL_SENT", "created_at": NOW, "reason": "to ada", "marketing_activity_id": 4}],
    )
    visit = {name: value for name, value in CHECKOUT.visit.items() if name != "cart_url"}
    assert changed(checkout, without_tokens(checkout)) == {
        "abandoned_checkout_url": None,
        "extra": None,
        "visit": visit,
        "tax_lines": [{"title": "VAT", "extra": {}}],
        "shipping_lines": [{"title": "Post", "amount": 5, "extra": {}}],
        "activities": [
            {"activity_type": "EMAIL_SENT", "created_at": NOW, "reason": None, "marketing_activity_id": None}
        ],
    }
