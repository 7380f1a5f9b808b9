"""`token …`, `shop create` and `shop list`."""

import re
from uuid import UUID

from tests.cli.conftest import Run, Within


def test_create_list_and_revoke_a_token(run: Run, sqlite_url: str) -> None:
    named = ("--domain", "Acme.myshopify.com", "--currency", "eur", "--timezone", "Europe/Berlin")
    made = run("shop", "create", *named, "--database", sqlite_url)
    assert made.stdout == "acme.myshopify.com\tEUR\tEurope/Berlin\n"
    shop = ("--shop", "acme.myshopify.com", "--database", sqlite_url)
    token = run("token", "create", *shop, "--scopes", "read_orders, write_customers")
    assert re.fullmatch(r"shpat_[0-9a-f]{32}\n", token.stdout) and token.stderr == ""
    number, hint, _, scopes = run("token", "list", *shop).stdout.strip().split("\t")
    assert (hint[-4:], scopes) == (token.stdout.strip()[-4:], "read_orders,write_customers")
    assert token.stdout.strip() not in run("token", "list", *shop).stdout
    run("token", "revoke", number, *shop)
    assert run("token", "list", *shop).stdout == ""
    assert run("token", "revoke", number, *shop, code=5).stderr.count("\n") == 1
    *fields, site_id = run("shop", "list", "--database", sqlite_url).stdout.strip().split("\t")
    assert fields == ["acme.myshopify.com", "EUR", "Europe/Berlin", "shopify"] and UUID(site_id)


def test_a_number_with_too_many_digits_is_not_found(run: Run, sqlite_url: str) -> None:
    run("shop", "create", "--domain", "a.example.com", "--database", sqlite_url)
    done = run("token", "revoke", "9" * 30, "--shop", "a.example.com", "--database", sqlite_url, code=5)
    assert "has no such token" in done.stderr and done.stderr.count("\n") == 1


def test_tokens_of_other_kinds(within: Within) -> None:
    within("token", "create", "--kind", "member")
    assert "read_orders" in within("token", "list")[0]
    assert "use either --user or --kind" in within("token", "create", "--kind", "member", "--user", "5", code=2)[1]
    assert "is not one of" in within("token", "create", "--kind", "demo", code=2)[1]
    assert "member token" in within("audit")[0]
