"""`user invite`, `user list` and `user remove`."""

import re

from tests.cli.conftest import Within


def test_users_are_invited_listed_and_removed(within: Within) -> None:
    (link, _) = within("user", "invite", "Ada@Example.com", "--role", "owner")
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/merchant/enter/[\w-]{32}\n", link)
    within("user", "invite", "bob@example.com", "--role", "viewer")
    rows = [line.split("\t")[1:3] for line in within("user", "list")[0].splitlines()]
    assert rows == [["ada@example.com", "owner"], ["bob@example.com", "viewer"]]
    assert "last owner" in within("user", "remove", "ada@example.com", code=2)[1]
    within("user", "remove", "BOB@example.com")
    assert "has no such user" in within("user", "remove", "bob@example.com", code=5)[1]
    assert "is not an e-mail address" in within("user", "invite", "bob", "--role", "viewer", code=2)[1]
    log = within("audit")[0]
    assert "user.invited" in log and "user.removed" in log and "bob" not in log
