"""Places in the text of a document: where a node starts and ends, and the line and column of a character."""

import re
from bisect import bisect_right

from graphql import Source
from graphql.language import Location

_LINE_END = re.compile(r"\r\n|[\n\r]")


class DocumentSource(Source):
    """The text of a document. It finds the lines when the first place is asked for, and keeps them."""

    __slots__ = ("_line_starts",)

    def __init__(self, body: str) -> None:
        super().__init__(body)
        self._line_starts: list[int] | None = None

    def line_and_column(self, at: int) -> tuple[int, int]:
        """The line and column, both from 1, of the character at `at`, as graphql-core's `get_location` finds them."""
        starts = self._line_starts
        if starts is None:
            starts = self._line_starts = [0, *(match.end() for match in _LINE_END.finditer(self.body))]
        line = bisect_right(starts, at)
        return line, at - starts[line - 1] + 1


class Place(Location):
    """The place of a node, without tokens: nothing in this server reads them, and a document has hundreds."""

    __slots__ = ()

    def __init__(self, start: int, end: int, source: Source) -> None:
        self.start = start
        self.end = end
        self.source = source
