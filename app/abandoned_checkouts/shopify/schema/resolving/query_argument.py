"""Applies a `query` argument to a list of abandoned checkouts, with its entry of extensions.search."""

from dataclasses import dataclass

from abandoned_checkouts.checkouts.caches import cached_texts
from abandoned_checkouts.checkouts.moment import to_datetime, zone_named
from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.errors.execution import Refusal
from abandoned_checkouts.shopify.permissions.protected_data import withheld_searches
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.store.reading.pages import Listing
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.store.search.narrowing import SearchTooDeepError, narrowed
from search_syntax import check, parse, refusal, search_entry, too_long
from search_syntax.meaning import all_of
from search_syntax.parsed import JsonObject

# Searches that are understood and compiled once. Clients read page after page of the same search.
_MOST_KNOWN, _LONGEST_KNOWN = 512, 256


@dataclass(frozen=True, slots=True)
class SearchedList:
    """A list narrowed by a search.

    `entry` is the search's entry of extensions.search, without the path. It is present if there is a warning, and
    always if the caller requested debugging (recorded).
    """

    listing: Listing
    entry: JsonObject | None = None


def search(request: Request, listing: Listing, queries: list[str], *, ranked: bool = False) -> SearchedList:
    """The rows of a list that match all queries.

    Raises Refusal (BAD_REQUEST) for a text that is too long and, in strict mode, for every warning.
    """
    if not queries:
        return SearchedList(listing)
    withheld = withheld_searches(request.access.app_settings)
    if len(queries) == 1 and not request.debug_search and not request.strict_search:
        known = _known(
            queries[0], listing, request.extended_search, withheld, request.shop.timezone, request.dialect, ranked
        )
        if known is not None:
            return known
    fields = checkout_fields(extended=request.extended_search, withheld=withheld)
    zone, now = zone_named(request.shop.timezone), to_datetime(request.now)
    entry: JsonObject | None = None
    meanings = []
    for text in queries:
        problem = too_long(text)
        if problem is not None:
            raise _refused(problem)
        query = parse(text)
        meaning = check(query, fields, zone=zone, now=now)
        if meaning.warnings and request.strict_search:
            problems = "\n".join(refusal(query, warning) for warning in meaning.warnings)
            raise _refused(problems)
        meanings.append(meaning.root)
        if meaning.warnings or request.debug_search:
            entry = search_entry((), query, meaning, fields, zone=zone, now=now)
    try:
        # Combined, so that the words of all queries rank the results.
        return SearchedList(narrowed(listing, all_of(meanings), dialect=request.dialect, ranked=ranked), entry)
    except SearchTooDeepError as error:
        raise _refused(str(error)) from None


@cached_texts(_MOST_KNOWN, _LONGEST_KNOWN, 12_000)
def _known(
    text: str, listing: Listing, extended: bool, withheld: frozenset[str], timezone: str, dialect: str, ranked: bool
) -> SearchedList | None:
    """The rows of a list that match a query; None if it depends on the time, has a warning or is refused."""
    if too_long(text) is not None:
        return None
    fields = checkout_fields(extended=extended, withheld=withheld)
    meaning = check(parse(text), fields, zone=zone_named(timezone))
    if meaning.depends_on_time or meaning.warnings:
        return None
    try:
        return SearchedList(narrowed(listing, meaning.root, dialect=dialect, ranked=ranked))
    except SearchTooDeepError:
        return None


def _refused(problem: str) -> Refusal:
    return Refusal(texts.SEARCH_REFUSED, problem=problem)
