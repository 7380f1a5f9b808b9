"""The search of the list: the rows, their number and sums, and the parts of the text that cannot be searched."""

from dataclasses import dataclass, field

from abandoned_checkouts.checkouts.moment import to_datetime
from abandoned_checkouts.merchant.known_errors import error_text
from abandoned_checkouts.merchant.site import Visit
from abandoned_checkouts.merchant.words import Words, _
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, Position, SortOrder
from abandoned_checkouts.store.reading.shop_rows import window_of
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.store.search.narrowing import SearchTooDeepError, narrowed
from search_syntax import check, parse
from search_syntax.fields import FieldSet
from search_syntax.meaning import SearchWarning

LONGEST_QUERY = 1000
SHOWN = 50
# The columns that the list can be sorted by, by their names in the address. Each has an index.
SORTS = {
    "name": "id",
    "buyer": "customer_name",
    "started": "created_at",
    "updated": "updated_at",
    "abandoned": "abandoned_at",
    "state": "recovery_state",
    "reminder": "email_state",
    "total": "total_price",
}
DEFAULT_SORT = "-started"
_NUMBERS = frozenset({"id", "created_at", "updated_at", "abandoned_at", "total_price"})


@dataclass(frozen=True, slots=True)
class Search:
    """A search text, the order of the list, and the place in it. `sort` is a name of SORTS, with - for descending."""

    query: str = ""
    sort: str = DEFAULT_SORT
    after: Position | None = None
    before: Position | None = None

    @property
    def column(self) -> str:
        return SORTS[self.sort.removeprefix("-")]

    @property
    def window(self) -> PageWindow:
        reverse = self.sort.startswith("-")
        if self.before is not None:
            return PageWindow(last=SHOWN, before=self.before, reverse=reverse)
        return PageWindow(first=SHOWN, after=self.after, reverse=reverse)


@dataclass(slots=True)
class Found:
    """A page of the list. `problem` is set if the search cannot be run."""

    rows: list[Row] = field(default_factory=list)
    has_next: bool = False
    has_previous: bool = False
    problem: str = ""


def search_of(visit: Visit) -> Search:
    """The search of an address. Invalid values are those of the first page."""
    parameters = visit.parameters()
    sort = parameters.get("sort", DEFAULT_SORT)
    if sort.removeprefix("-") not in SORTS:
        sort = DEFAULT_SORT
    column = SORTS[sort.removeprefix("-")]
    query = parameters.get("query", "")[:LONGEST_QUERY].strip()
    return Search(
        query, sort, _position(parameters.get("after", ""), column), _position(parameters.get("before", ""), column)
    )


def _position(text: str, column: str) -> Position | None:
    """`1000001~1700000000000000`: the row's id and its value in the column that the list is sorted by."""
    number, _tilde, value = text[:400].partition("~")
    if not _is_number(number) or (column in _NUMBERS and not _is_number(value)):
        return None
    return Position(int(value) if column in _NUMBERS else value, int(number))


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isascii() and text.removeprefix("-").isdigit() and len(text) <= 18


def place_of(row: Row) -> str:
    return f"{row['sort_id']}~{row['sort_value']}"


def listing_of(visit: Visit, search: Search, dialect: str) -> Listing:
    """The whole list. Raises SearchTooDeepError."""
    listing = Listing("abandoned_checkouts", visit.shop.id, SortOrder(search.column))
    if not search.query:
        return listing
    meaning = check(parse(search.query), _fields(), zone=visit.zone, now=to_datetime(visit.now))
    return narrowed(listing, meaning.root, dialect=dialect)


async def find(visit: Visit, connection: Connection, search: Search) -> Found:
    try:
        listing = listing_of(visit, search, connection.dialect.name)
    except SearchTooDeepError as problem:
        return Found(problem=error_text(visit.words, str(problem)))
    page = await window_of(connection, listing, search.window)
    return Found([dict(row) for row in page.rows], page.has_next, page.has_previous)


def warnings_of(visit: Visit, query: str) -> list[tuple[str, str]]:
    """The parts that cannot be searched, in the visit's language, each with a corrected search text or an empty one."""
    meaning = check(parse(query), _fields(), zone=visit.zone, now=to_datetime(visit.now))
    return [(_sentence(visit.words, each), _corrected(query, each)) for each in meaning.warnings]


def _sentence(words: Words, warning: SearchWarning) -> str:
    if warning.field and warning.field not in _fields():
        near = _fields().nearest(warning.field)
        if near is not None:
            return words.text(
                _("“%(name)s” is not a search field, so this part is ignored. Did you mean “%(near)s”?"),
                name=warning.field,
                near=near,
            )
        return words.text(_("“%(name)s” is not a search field, so this part is ignored."), name=warning.field)
    return error_text(words, warning.message)


def _corrected(query: str, warning: SearchWarning) -> str:
    if warning.suggestion is None:
        return ""
    return query[: warning.start] + warning.suggestion + query[warning.end :]


def _fields() -> FieldSet:
    return checkout_fields(extended=True, reports=True)
