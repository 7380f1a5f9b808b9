"""docs/search.md has the names of the settings. test_reference.py compares its tables of fields."""

from abandoned_checkouts.config import variable
from tests.places import DOCS

PAGE = DOCS / "search.md"


def test_the_page_has_the_names_of_the_settings() -> None:
    text = PAGE.read_text()
    assert f"`{variable('extended_search')}=true`" in text
    assert f"`{variable('strict_search')}=true`" in text
