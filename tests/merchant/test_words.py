"""The languages of the merchant pages: complete catalogues, and each language's numbers, dates and money."""

import re
from datetime import date

import pytest

from abandoned_checkouts.checkouts.moment import DAY, HOUR, parse_moment, zone_named
from abandoned_checkouts.merchant.words import DEFAULT, LANGUAGES, accepted, words_of
from tests.merchant.messages import stored, texts_of_pages, untranslated

_PLACEHOLDER = re.compile(r"%\(\w+\)s")
OTHERS = sorted(set(LANGUAGES) - {DEFAULT})


@pytest.mark.parametrize("name", OTHERS)
def test_every_text_is_translated_and_no_other(name: str) -> None:
    texts, catalog = {message.id for message in texts_of_pages() if message.id}, stored(name)
    assert {message.id for message in catalog if message.id} == texts, "run `make messages`"
    assert [message.id for message in untranslated(catalog)] == []
    assert not [message.id for message in catalog if message.id and message.fuzzy]


@pytest.mark.parametrize("name", OTHERS)
def test_translations_have_the_placeholders_of_their_texts(name: str) -> None:
    for message in stored(name):
        if not message.id:
            continue
        sources = message.id if isinstance(message.id, tuple | list) else [message.id]
        texts = message.string if isinstance(message.string, tuple | list) else [message.string]
        known = set(_PLACEHOLDER.findall(sources[-1]))
        for text in texts:
            found = set(_PLACEHOLDER.findall(text))
            # A form for one thing can leave the number out.
            assert found == known or (len(texts) > 1 and found == known - {"%(count)s"}), message.id
            assert "%" not in _PLACEHOLDER.sub("", text).replace("%%", ""), message.id


def test_numbers_dates_and_money_are_those_of_the_language() -> None:
    english, german_english, hebrew = words_of("en"), words_of("en-DE"), words_of("he-IL")
    assert (hebrew.direction, hebrew.tag, german_english.tag) == ("rtl", "he-IL", "en-DE")
    assert english.number(1234567) == "1,234,567"
    assert english.money(12_345_000, "USD") == "$1,234.50"
    assert english.money(12_340_000, "JPY") == "¥1,234"
    assert "1,234.50" in hebrew.money(12_345_000, "ILS") and "₪" in hebrew.money(12_345_000, "ILS")
    assert english.percent(0.125) == "12.5%" and english.short_number(12_300) == "12.3K"
    assert [english.size_of_change(share) for share in (-0.5, 10, 123)] == ["50%", "1,000%", "over 1,000%"]
    moment, zone = parse_moment("2026-11-29T23:30:00Z"), zone_named("Asia/Jerusalem")
    assert english.moment(moment, zone, "short").replace("\u202f", " ") == "11/30/26, 1:30 AM"
    assert hebrew.moment(moment, zone, "short") == "30.11.2026, 1:30"
    assert english.day(moment, zone) == "Nov 30, 2026" and english.day(date(2026, 1, 2), zone) == "Jan 2, 2026"
    assert english.duration(3 * HOUR) == "3 hours" and english.ago(2 * DAY) == "2 days ago"
    assert hebrew.duration(3 * HOUR) == "3 שעות"


def test_values_keep_their_direction_in_right_to_left_texts() -> None:
    assert words_of("he").text("Task: %(title)s", title="Call 5!") == "משימה: \u2068Call 5!\u2069"
    assert words_of("en").text("Task: %(title)s", title="Call 5!") == "Task: Call 5!"
    assert words_of("he").text("An unknown text") == "An unknown text" and words_of("he").text("") == ""


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("he", "he"),
        ("iw-IL", "he"),
        ("en-GB,he;q=0.9", "en"),
        ("fr-FR, he;q=0.2", "he"),
        ("he;q=0, en", "en"),
        ("*;q=x, ,;;", "en"),
        ("", "en"),
        ("he" * 5000, "en"),
    ],
)
def test_the_language_of_a_browser(header: str, name: str) -> None:
    assert words_of(*accepted(header)).name == name


def test_languages_are_named_in_the_language_of_the_page() -> None:
    assert [words_of("en").language(tag) for tag in ("en-US", "pt_BR", "he", "x y", "en-XXXXX-9", "")] == [
        "English (United States)",
        "Portuguese (Brazil)",
        "Hebrew",
        "x y",
        "en-XXXXX-9",
        "",
    ]
    assert words_of("he").language("de-CH") == "גרמנית (שווייץ)"
