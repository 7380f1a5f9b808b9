"""Many texts cut together are cut as each alone."""

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from search_syntax import tokenize, tokenize_all

ANY_TEXT = st.text(max_size=30) | st.text("abZ09 -_.\x00é", max_size=30)


@settings(max_examples=int(os.environ.get("EXAMPLES", "300")))
@given(st.lists(ANY_TEXT, max_size=8))
def test_words_of_many_texts_are_the_words_of_each(texts: list[str]) -> None:
    expected = [word for text in texts for word in ("_", *tokenize(text))]
    assert tokenize_all(texts, "_") == expected
