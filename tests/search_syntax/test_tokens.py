"""How texts are folded and cut into words, one by one or many at once."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_syntax import fold, tokenize, tokenize_all
from search_syntax.tokens import _in_word

ANY_TEXT = st.text(max_size=30) | st.text("abZ09 -_.\x00é", max_size=30) | st.text("aB-\x00é", max_size=4)


@settings(max_examples=int(os.environ.get("EXAMPLES", "300")))
@given(st.lists(ANY_TEXT, max_size=8))
def test_words_of_many_texts_are_the_words_of_each(texts: list[str]) -> None:
    expected = [word for text in texts for word in ("_", *tokenize(text))]
    assert tokenize_all(texts, "_") == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Bob's T-Shirt", ("bob", "s", "t", "shirt")),
        ("CAFÉ cafe\u0301", ("cafe", "cafe")),
        ("Straße ﬁn İstanbul", ("strasse", "fin", "istanbul")),
        ("東京タワー 2024", ("東", "京", "タワー", "2024")),
        ("हिन्दी", ("हिनदी",)),
        ("a_b|c\x00d\ud800e", ("a", "b", "c", "d", "e")),
        ("٣ ½ x²", ("٣", "1", "2", "x2")),
        ("", ()),
    ],
)
def test_words(text: str, words: tuple[str, ...]) -> None:
    assert tokenize(text) == words


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert tokenize(fold(text)) == tokenize(text)
    for word in tokenize(text):
        assert tokenize(word) == (word,)


def test_accents_heaped_on_one_letter_are_folded_at_once() -> None:
    """Unicode normalization of the whole text would sort all of its accents, which would take minutes."""
    assert tokenize("e" + "\u0301\u0316" * 250_000 + " bob") == ("e", "bob")


def test_what_a_database_cannot_store_is_replaced() -> None:
    assert (fold("A\0b"), fold("É\0\ud800")) == ("a\ufffdb", "e\ufffd\ufffd")
    assert tokenize_all(["a\0b", "c"], "_") == ["_", "a", "b", "_", "c"]


@pytest.mark.parametrize(
    ("character", "expected"),
    [("a", True), ("7", True), ("東", True), ("\u093f", True), ("-", False), ("_", False), ("€", False)],
)
def test_letters_digits_and_marks_belong_to_a_word(character: str, expected: bool) -> None:
    """U+093F is a vowel of Hindi, which is a mark and not a letter."""
    assert _in_word(character) is expected
