"""The language of a locale, and the languages in which a shop writes."""

from dataclasses import replace

import pytest

from abandoned_checkouts.checkouts.mail_languages import MAIL_LANGUAGES, language_code, languages_of
from tests.checkouts.samples import a_shop


@pytest.mark.parametrize(
    ("locale", "code"),
    [
        ("de", "de"),
        ("de-CH", "de"),
        ("pt_BR", "pt"),
        (" EN-gb ", "en"),
        ("iw", "he"),
        ("iw-IL", "he"),
        ("xx", "xx"),
        ("", ""),
        (None, ""),
    ],
)
def test_the_language_of_a_locale(locale: str | None, code: str) -> None:
    assert language_code(locale) == code


@pytest.mark.parametrize(
    ("settings", "languages"),
    [
        ({}, ("en", "de", "es", "fr", "he", "pt")),
        ({"language": "he"}, ("he", "de", "en", "es", "fr", "pt")),
        ({"languages": "fr de"}, ("fr", "de")),
        ({"languages": "fr de", "language": "de"}, ("de", "fr")),
        ({"languages": "fr de en"}, ("en", "fr", "de")),
        ({"languages": "fr de", "language": "he"}, ("fr", "de")),
        ({"languages": ""}, ("en", "de", "es", "fr", "he", "pt")),
    ],
)
def test_the_first_language_of_a_shop_is_for_everybody_else(
    settings: dict[str, str], languages: tuple[str, ...]
) -> None:
    assert languages_of(replace(a_shop(), settings=settings)) == languages


def test_without_a_shop_there_are_all_languages() -> None:
    assert sorted(languages_of(None)) == sorted(MAIL_LANGUAGES) and languages_of(None)[0] == "en"
