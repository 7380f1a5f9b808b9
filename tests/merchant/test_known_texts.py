"""English texts with names and numbers in another language."""

from abandoned_checkouts.merchant.known_texts import KnownTexts
from abandoned_checkouts.merchant.words import words_of

TEXTS = KnownTexts(
    ("the buyer unsubscribed", "the total is below %(amount)s %(currency)s", "due %(time)s", "at 10%%: %(time)s")
)


def test_names_and_numbers_are_put_into_the_message() -> None:
    english, hebrew = words_of("en"), words_of("he")
    assert TEXTS.translated(hebrew, "the buyer unsubscribed") == "הקונה ביטל את הרישום"
    assert TEXTS.translated(hebrew, "the total is below 49.90 EUR") == "הסכום נמוך מ־\u206849.90\u2069 \u2068EUR\u2069"
    assert TEXTS.translated(english, "due today\nor tomorrow") == "due today\nor tomorrow"
    assert TEXTS.translated(english, "at 10%: 9") == "at 10%: 9"
    assert TEXTS.translated(english, "something else") is None and TEXTS.translated(english, "") is None
