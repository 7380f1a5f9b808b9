"""`shop set`."""

from abandoned_checkouts.wix.event_tokens import new_private_key, public_key
from tests.cli.conftest import Within


def test_settings(within: Within) -> None:
    address = "https://shop.example/{token}"
    assert within("shop", "set", "checkout_url", address)[0] == f"checkout_url\t{address}\n"
    assert within("shop", "set", "checkout_url", "")[0] == "checkout_url\t\n"
    assert "'many' is not a number of days" in within("shop", "set", "recovery_link_days", "many", code=5)[1]
    assert within("shop", "set", "status", "frozen")[0] == "status\tfrozen\n"
    assert "active, frozen, forbidden, locked" in within("shop", "set", "status", "gone", code=5)[1]
    assert "'colour' is not a setting" in within("shop", "set", "colour", "red", code=5)[1]


SITE, INSTANCE = "07b12318-c5d9-419f-9c2c-9507db543901", "3df3e9a5-7a63-4e4d-9a4e-000000000001"


def test_a_wix_site(within: Within) -> None:
    key = public_key(new_private_key())
    named = ("--domain", "site.example", "--platform", "wix", "--site-id", SITE.upper(), "--instance-id", INSTANCE)
    created = within("shop", "create", *named, "--public-key", key.replace("\n", "\\n"))[0]
    assert created == f"site.example\tUSD\tUTC\twix\t{SITE}\n"
    other = ("shop", "create", "--domain", "other.example", "--platform", "wix", "--site-id", SITE)
    assert f"the shop site.example already has the site id {SITE}" in within(*other, code=5)[1]
    assert f"site.example already has the site id {SITE}" in within("shop", "set", "wix_site_id", SITE, code=5)[1]
    assert "wix_public_key must be an RSA public key" in within("shop", "set", "wix_public_key", "x", code=5)[1]
    assert "use a GUID" in within("shop", "set", "wix_instance_id", "x", code=5)[1]
    assert within("shop", "set", "wix_public_key", key)[0].startswith("wix_public_key\t-----BEGIN PUBLIC KEY")
    shopify = ("shop", "create", "--domain", "third.example", "--site-id", SITE)
    assert "needs --platform wix" in within(*shopify, code=2)[1]
