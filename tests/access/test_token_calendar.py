"""The days from which non-expiring tokens are refused."""

import pytest

from abandoned_checkouts.access.token_calendar import (
    can_migrate,
    client_credentials_seconds,
    lasting_tokens_end_at,
    refuses_lasting_tokens,
)
from abandoned_checkouts.checkouts.moment import parse_moment


@pytest.mark.parametrize(
    ("kind", "created", "now", "is_refused"),
    [
        ("public", "2026-03-31T23:59:59Z", "2026-12-31T23:59:59Z", False),
        ("public", "2026-03-31T23:59:59Z", "2027-01-01T00:00:00Z", True),
        ("public", "2026-04-01T00:00:00Z", "2026-04-01T00:00:00Z", True),
        ("custom", "2026-04-01T00:00:00Z", "2027-02-01T00:00:00Z", False),
        ("admin", "2026-04-01T00:00:00Z", "2027-02-01T00:00:00Z", False),
    ],
)
def test_lasting_tokens(kind: str, created: str, now: str, is_refused: bool) -> None:
    assert refuses_lasting_tokens(kind, parse_moment(created), parse_moment(now)) is is_refused
    announced = lasting_tokens_end_at(kind, parse_moment(created), parse_moment(now))
    assert announced == (parse_moment("2027-01-01T00:00:00Z") if kind == "public" and not is_refused else None)


def test_migration_and_client_credentials() -> None:
    assert can_migrate("public", parse_moment("2026-12-31T23:59:59Z"))
    assert not can_migrate("public", parse_moment("2027-01-01T00:00:00Z"))
    assert can_migrate("custom", parse_moment("2027-01-01T00:00:00Z"))
    assert [client_credentials_seconds(kind) for kind in ("public", "custom", "admin")] == [3_600, 86_399, 86_399]
