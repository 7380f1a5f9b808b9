"""`erase`."""

from tests.cli.conftest import Within


def test_an_unknown_e_mail_is_still_searched_for_in_stored_payloads(within: Within) -> None:
    said = within("erase", "--email", "nobody@example.com")[1]
    assert "no customer or checkout of acme.myshopify.com has that e-mail" in said
    assert "erased: 0 customers, 0 checkouts" in said
    within("erase", code=2)
