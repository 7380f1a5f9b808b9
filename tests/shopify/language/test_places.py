"""Lines and columns are those of graphql-core, except inside of a line end of two characters, where no node starts."""

from graphql import Source, get_location
from hypothesis import given, settings
from hypothesis import strategies as st

from abandoned_checkouts.shopify.language.places import DocumentSource


@settings(max_examples=60, deadline=None, database=None)
@given(st.text("a\n\r\u2028é", max_size=12))
def test_each_character_has_the_line_and_column_of_graphql_core(text: str) -> None:
    source = DocumentSource(text)
    for at in range(len(text) + 1):
        if text[at - 1 : at + 1] == "\r\n":
            continue
        place = get_location(Source(text), at)
        assert source.line_and_column(at) == (place.line, place.column), at
