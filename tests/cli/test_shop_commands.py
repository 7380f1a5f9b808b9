"""`shop set`."""

from tests.cli.conftest import Within


def test_settings(within: Within) -> None:
    address = "https://shop.example/{token}"
    assert within("shop", "set", "checkout_url", address)[0] == f"checkout_url\t{address}\n"
    assert within("shop", "set", "checkout_url", "")[0] == "checkout_url\t\n"
    assert "'many' is not a number of days" in within("shop", "set", "recovery_link_days", "many", code=5)[1]
    assert within("shop", "set", "status", "frozen")[0] == "status\tfrozen\n"
    assert "active, frozen, forbidden, locked" in within("shop", "set", "status", "gone", code=5)[1]
    assert "'colour' is not a setting" in within("shop", "set", "colour", "red", code=5)[1]
