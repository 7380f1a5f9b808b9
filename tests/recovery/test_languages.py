"""Texts and prices: every catalogue has all texts, with the same placeholders."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from abandoned_checkouts.checkouts.mail_languages import MAIL_LANGUAGES
from abandoned_checkouts.recovery.languages import CATALOGUES, LANGUAGES, language_of
from tests.checkouts.samples import a_shop

ENGLISH = language_of("en").words
SHOP = a_shop()


def placeholders(words: Mapping[str, str]) -> dict[str, set[str]]:
    return {key: set(re.findall(r"\{(\w+)\}", text)) for key, text in words.items()}


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_catalogue_has_all_texts(name: str) -> None:
    words = language_of(name).words
    assert placeholders(words) == placeholders(ENGLISH)
    assert all(text.strip() for text in words.values())
    if name != "en":
        same = [key for key in words if words[key] == ENGLISH[key]]
        assert set(same) <= {"total", "subtotal", "taxes"}, same


def test_the_languages() -> None:
    assert set(LANGUAGES) == {"de", "en", "es", "fr", "he", "pt"}


def test_brazil_has_texts_of_its_own() -> None:
    for locale in ("pt-BR", "pt_BR", "pt-br"):
        assert language_of(locale).say("shipping") == "Frete"
    for locale in ("pt", "pt-PT", "pt-AO"):
        assert language_of(locale).say("shipping") == "Envio"


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
def test_prices_are_formatted_in_the_language(locale: str, amount: int, currency: str, text: str) -> None:
    assert language_of(locale).price(amount, currency) == text


def test_names_are_isolated_in_right_to_left_sentences() -> None:
    assert "\u2068Hearth & Hollow\u2069" in language_of("he").say("cart_text", shop="Hearth & Hollow")
    assert "\u2068" not in language_of("en").say("cart_text", shop="Hearth & Hollow")


@pytest.mark.parametrize("locale", ["xx", "", None, "e", "🙂", "de_" * 100])
def test_an_unknown_locale_falls_back_to_a_known_language(locale: str | None) -> None:
    assert language_of(locale).name in LANGUAGES


def test_a_shop_chooses_its_languages() -> None:
    assert set(LANGUAGES) == set(MAIL_LANGUAGES)
    shop = replace(SHOP, settings={"languages": "he de", "language": "de"})
    assert [language_of(locale, shop=shop).name for locale in ("he-IL", "fr", None, "de-CH")] == [
        "he",
        "de",
        "de",
        "de",
    ]
    assert language_of("fr", shop=replace(SHOP, settings={"languages": "he"})).name == "he"
    assert language_of("xx", shop=replace(SHOP, settings={"language": "es"})).name == "es"
