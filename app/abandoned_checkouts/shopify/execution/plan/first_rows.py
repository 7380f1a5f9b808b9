"""Writes the first rows of a document without code that is generated for it.

Python's `compile` takes longer than everything else that a new document needs, and many documents are sent once. So the
code is generated when a document writes rows for the second time, or many at once. Until then, each part of the text is
made for all rows by a function that all documents share, and the texts of a row are put into a format.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import starmap
from operator import itemgetter
from typing import TypeAlias

from abandoned_checkouts.shopify.execution.plan.templates import Branch, CursorText, PartText, Shared, Template
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.store.engine.rows import RowValues

# More rows take longer this way than by generated code with its compilation.
MOST_ROWS = 64

# The request, the function for cursors, the rows, and the texts of each part → the text of each row.
WriteRows: TypeAlias = Callable[..., list[str]]
# Parts of a template that need no code.
_WITHOUT_CODE = frozenset({str, Shared, PartText, CursorText})
# The sort value and the id of a row → its cursor.
_CursorOf: TypeAlias = Callable[..., str]


def first_rows(template: Template, by_id: bool) -> WriteRows | None:
    """The function that writes rows by a template, with the parameters of the generated code. None if a part of the
    template has no other form than code. With `by_id`, the texts of cursors follow those of the parts."""
    return partial(_written, template, by_id) if _has_functions(template) else None


def _has_functions(template: Template) -> bool:
    """Whether all parts of a template have another form than code."""
    for part in template:
        if type(part) not in _WITHOUT_CODE and not (isinstance(part, Branch) and _has_functions(part.template)):
            return False
    return True


def _written(
    template: Template,
    by_id: bool,
    request: Request,
    cursor: _CursorOf,
    rows: Sequence[RowValues],
    *parts: Sequence[str],
) -> list[str]:
    form: list[str] = []
    texts: list[Iterable[str]] = []
    for part in template:
        if isinstance(part, str):
            form.append(part.replace("%", "%%"))
            continue
        form.append("%s")
        if isinstance(part, Shared):
            texts.append(_shared(part, request, rows))
        elif isinstance(part, PartText):
            texts.append(parts[part.number])
        elif isinstance(part, Branch):
            texts.append(_branch(part, by_id, request, cursor, rows, parts))
        else:
            texts.append(parts[-1] if by_id else [cursor(*row[-2:]) for row in rows])
    text = "".join(form)
    if not texts:
        return [text % ()] * len(rows)
    return list(map(text.__mod__, zip(*texts, strict=True)))


def _shared(part: Shared, request: Request, rows: Sequence[RowValues]) -> Iterable[str]:
    function, columns = part.function, part.columns
    if part.uses_request:
        return [function(request, *[row[column] for column in columns]) for row in rows]
    if not columns:
        return [function() for _ in rows]
    values = map(itemgetter(*columns), rows)
    return map(function, values) if len(columns) == 1 else starmap(function, values)


def _branch(
    part: Branch,
    by_id: bool,
    request: Request,
    cursor: _CursorOf,
    rows: Sequence[RowValues],
    parts: Sequence[Sequence[str]],
) -> Sequence[str]:
    present = part.present
    chosen = [place for place, row in enumerate(rows) if row[present] is not None]
    if len(chosen) == len(rows):
        return _written(part.template, by_id, request, cursor, rows, *parts)
    if part.required is not None:
        raise UnplannedError(part.required)
    found = ["null"] * len(rows)
    if chosen:
        chosen_rows = [rows[place] for place in chosen]
        chosen_parts = [[texts[place] for place in chosen] for texts in parts]
        texts = _written(part.template, by_id, request, cursor, chosen_rows, *chosen_parts)
        for place, text in zip(chosen, texts, strict=True):
            found[place] = text
    return found
