"""docs/settings.md is made from the declared settings."""

from tests.docs.settings_page import settings_page
from tests.places import DOCS


def test_the_page_is_current() -> None:
    assert (DOCS / "settings.md").read_text() == settings_page(), "run `make settings-page`"
