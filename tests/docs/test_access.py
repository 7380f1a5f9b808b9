"""docs/access.md is made from the declared rules."""

from abandoned_checkouts.access.callers import CallerKind
from tests.docs.access_page import KINDS, access_page
from tests.places import DOCS


def test_the_page_is_current() -> None:
    assert (DOCS / "access.md").read_text() == access_page(), "run `make access-page`"


def test_every_kind_of_caller_is_described() -> None:
    assert set(KINDS) == set(CallerKind)
