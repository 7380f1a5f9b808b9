"""The addresses at which a customer unsubscribes, and of the image that counts opened e-mails."""

from abandoned_checkouts.checkouts.customer_links import customer_key, customer_link
from abandoned_checkouts.checkouts.identity import derived_token
from tests.checkouts.samples import a_shop


def test_the_address_has_shop_customer_and_key() -> None:
    shop = a_shop(id=3, secret="secret")
    key = derived_token("secret", "unsubscribe", 501)
    assert customer_link("https://here", shop, "unsubscribe", 501) == f"https://here/3/unsubscribe/501?key={key}"
    key = derived_token("secret", "open_tracking", 501)
    assert customer_link("https://here", shop, "open_tracking", 501) == f"https://here/3/open-tracking/501?key={key}"


def test_a_key_opens_one_address_only() -> None:
    shop, other = a_shop(), a_shop(secret="other")
    keys = {
        customer_key(shop, "unsubscribe", 501),
        customer_key(shop, "unsubscribe", 502),
        customer_key(shop, "open_tracking", 501),
        customer_key(other, "unsubscribe", 501),
    }
    assert len(keys) == 4
