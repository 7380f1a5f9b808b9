"""Words and prices: every language says everything, with the same places for names."""

import re

import pytest

from abandoned_checkouts.recovery.languages import LANGUAGES, language_of

ENGLISH = language_of("en").words


def places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_language_says_everything(name: str) -> None:
    words = language_of(name).words
    assert words.keys() == ENGLISH.keys()
    assert {key: places(text) for key, text in words.items()} == {key: places(text) for key, text in ENGLISH.items()}
    assert all(text.strip() for text in words.values())
    if name != "en":
        same = [key for key in words if words[key] == ENGLISH[key]]
        assert set(same) <= {"total", "subtotal", "taxes"}, same


def test_the_languages_that_there_are() -> None:
    assert set(LANGUAGES) == {"de", "en", "es", "fr", "he", "pt"}


@pytest.mark.parametrize(
    ("locale", "amount", "currency", "text"),
    [
        ("en-US", 1_990_000, "USD", "$199.00"),
        ("de-DE", 12_345_678, "EUR", "1.234,5678\xa0€"),
        ("de-CH", 12_345_600, "CHF", "CHF\xa01’234.56"),
        ("en", 12_340_000, "JPY", "¥1,234"),
        ("en", 12_345_670, "KWD", "KWD\xa01,234.567"),
        ("fr", 12_345_600, "EUR", "1\u202f234,56\xa0€"),
        ("pt-BR", 12_345_600, "BRL", "R$\xa01.234,56"),
    ],
)
def test_prices_are_written_as_the_language_does(locale: str, amount: int, currency: str, text: str) -> None:
    assert language_of(locale).price(amount, currency) == text


def test_names_keep_their_order_within_sentences_from_right_to_left() -> None:
    assert "\u2068Hearth & Hollow\u2069" in language_of("he").say("cart_text", shop="Hearth & Hollow")
    assert "\u2068" not in language_of("en").say("cart_text", shop="Hearth & Hollow")


@pytest.mark.parametrize("locale", ["xx", "", None, "e", "🙂", "de_" * 100])
def test_any_text_may_be_given_as_a_language(locale: str | None) -> None:
    assert language_of(locale).name in LANGUAGES
