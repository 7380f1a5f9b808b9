"""The limits of saved searches."""

import pytest

from abandoned_checkouts.checkouts.saved_search import SavedSearchError, check_saved_search


def test_a_name_has_at_most_40_characters() -> None:
    check_saved_search("n" * 40, "recovery_state:not_recovered")
    with pytest.raises(SavedSearchError, match=r"^the name has 41 characters; the maximum is 40$"):
        check_saved_search("n" * 41, "recovery_state:not_recovered")


@pytest.mark.parametrize(
    ("name", "query", "message"),
    [
        ("", "tea", "a saved search needs a name"),
        (" ", "tea", "a saved search needs a name"),
        ("Tea", "", "a saved search needs a search text, for example recovery_state:not_recovered"),
        ("Tea", "\t ", "a saved search needs a search text, for example recovery_state:not_recovered"),
    ],
)
def test_name_and_search_are_needed(name: str, query: str, message: str) -> None:
    with pytest.raises(SavedSearchError) as error:
        check_saved_search(name, query)
    assert str(error.value) == message
