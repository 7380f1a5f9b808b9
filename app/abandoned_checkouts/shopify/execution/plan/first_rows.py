"""Writes the first rows of a document without code that is generated for it.

Python's `compile` takes longer than everything else that a new document needs, and many documents are sent once. So the
code is generated when a document writes rows for the second time, or many at once. Until then, each part of the text is
made for all rows by a function that all documents share, and the texts of a row are put into a format.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import starmap
from operator import itemgetter
from typing import TypeAlias

from abandoned_checkouts.shopify.execution.plan.templates import Branch, Code, CursorText, PartText, Shared, Template
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.store.engine.rows import RowValues

# More rows take longer this way than by generated code with its compilation.
MOST_ROWS = 64

# The request, the function for cursors, the rows, and the texts of each part → the text of each row.
WriteRows: TypeAlias = Callable[..., list[str]]


def first_rows(template: Template, by_id: bool) -> WriteRows | None:
    """The function that writes rows by a template, with the parameters of the generated code. None if a part of the
    template has no other form than code. With `by_id`, the texts of cursors follow those of the parts."""
    form: list[str] = []
    makers: list[_Maker] = []
    for part in template:
        if isinstance(part, str):
            form.append(part.replace("%", "%%"))
            continue
        maker = _maker(part, by_id)
        if maker is None:
            return None
        form.append("%s")
        makers.append(maker)
    text = "".join(form)

    def write(request: Request, cursor: object, rows: Sequence[RowValues], *parts: Sequence[str]) -> list[str]:
        if not makers:
            return [text % ()] * len(rows)
        return list(map(text.__mod__, zip(*[make(request, cursor, rows, parts) for make in makers], strict=True)))

    return write


# Makes the text of one part of a template for each row.
_Maker: TypeAlias = Callable[[Request, object, Sequence[RowValues], Sequence[Sequence[str]]], Iterable[str]]


def _maker(part: Code | Shared, by_id: bool) -> _Maker | None:
    if isinstance(part, Shared):
        return _shared(part)
    if isinstance(part, PartText):
        number = part.number
        return lambda request, cursor, rows, parts: parts[number]
    if isinstance(part, Branch):
        return _branch(part, by_id)
    if isinstance(part, CursorText) and by_id:
        return lambda request, cursor, rows, parts: parts[-1]
    if isinstance(part, CursorText):
        return lambda request, cursor, rows, parts: [cursor(*row[-2:]) for row in rows]  # type: ignore[operator]
    return None


def _shared(part: Shared) -> _Maker:
    function, columns = part.function, part.columns
    if part.uses_request:
        return lambda request, cursor, rows, parts: [
            function(request, *[row[column] for column in columns]) for row in rows
        ]
    if not columns:
        return lambda request, cursor, rows, parts: [function() for _ in rows]
    values = itemgetter(*columns)
    if len(columns) == 1:
        return lambda request, cursor, rows, parts: map(function, map(values, rows))
    return lambda request, cursor, rows, parts: starmap(function, map(values, rows))


def _branch(part: Branch, by_id: bool) -> _Maker | None:
    present, required, write = part.present, part.required, first_rows(part.template, by_id)
    if write is None:
        return None

    def texts(
        request: Request, cursor: object, rows: Sequence[RowValues], parts: Sequence[Sequence[str]]
    ) -> Sequence[str]:
        chosen = [place for place, row in enumerate(rows) if row[present] is not None]
        if len(chosen) == len(rows):
            return write(request, cursor, rows, *parts)
        if required is not None:
            raise UnplannedError(required)
        found = ["null"] * len(rows)
        if chosen:
            chosen_parts = [[texts[place] for place in chosen] for texts in parts]
            for place, text in zip(
                chosen, write(request, cursor, [rows[place] for place in chosen], *chosen_parts), strict=True
            ):
                found[place] = text
        return found

    return texts
