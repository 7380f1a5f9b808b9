"""Names of a locale are lower-case words, and a language without a list has English names."""

import pytest

from abandoned_checkouts.exporting.name_pools import locale_of, names_of


@pytest.mark.parametrize(("text", "name"), [(None, "en_US"), ("de", "de_DE"), ("pt-BR", "pt_BR"), ("xx", "en_US")])
def test_the_locale_of_a_buyer(text: str | None, name: str) -> None:
    assert locale_of(text) == name


def test_names_are_words_without_accents() -> None:
    found = names_of("last", "de_DE")
    assert len(found) > 100 and all(each.isascii() and each.isalpha() and each.islower() for each in found)
    assert names_of("first", "he_IL")[0].isalpha()
