"""`audit`."""

import orjson

from tests.cli.conftest import SHOP, Run, Within


def test_actions_are_listed_with_their_actor(within: Within, run: Run, sqlite_url: str) -> None:
    token, _ = within("token", "create", "--scopes", "read_orders")
    within("token", "revoke", token.strip())
    shown, _ = within("audit")
    fields = [line.split("\t") for line in shown.splitlines()]
    assert [each[3] for each in fields] == ["shop.created", "app.registered", "token.created", "token.revoked"]
    assert {each[1] for each in fields} == {SHOP}
    assert all(each[2].startswith("command line (") for each in fields)
    assert token.strip() not in shown
    done = run("audit", "--format", "json", "--since", "1h", "--limit", "1", "--database", sqlite_url)
    row = orjson.loads(done.stdout)
    assert set(row) == {"time", "shop", "actor", "action", "subject"}
    assert row["action"] == "token.revoked"


def test_a_wrong_duration_is_refused(within: Within) -> None:
    assert "'soon' is not a duration" in within("audit", "--since", "soon", code=2)[1]


def test_an_export_is_recorded(within: Within) -> None:
    within("export", "--format", "csv")
    assert "checkouts.exported\t0 checkouts as csv" in within("audit")[0]
