"""docs/access.md describes every kind of caller."""

from abandoned_checkouts.access.callers import CallerKind
from tests.docs.access_page import KINDS


def test_every_kind_of_caller_is_described() -> None:
    assert set(KINDS) == set(CallerKind)
