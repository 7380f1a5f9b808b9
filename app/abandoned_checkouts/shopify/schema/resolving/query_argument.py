"""What a `query` argument means for a list of abandoned checkouts, and what extensions.search says of it."""

from dataclasses import dataclass

from abandoned_checkouts.checkouts.moment import to_datetime, zone_named
from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.errors.execution import Refusal
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.store.reading.pages import Listing
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.store.search.narrowing import SearchTooDeepError, narrowed
from search_syntax import check, parse, refusal, search_entry, too_long
from search_syntax.meaning import all_of
from search_syntax.parsed import JsonObject


@dataclass(frozen=True, slots=True)
class Found:
    """The narrowed list. `entry` is what extensions.search says, but for the path: only where there is a warning,
    or always when the caller asked to debug (recorded).
    """

    listing: Listing
    entry: JsonObject | None = None


def search(request: Request, listing: Listing, queries: list[str], *, ranked: bool = False) -> Found:
    """The rows of a list that every one of the queries finds. Raises BAD_REQUEST for a text that is too long,
    and in strict mode for every warning."""
    fields = checkout_fields(extended=request.extended_search)
    zone, now = zone_named(request.shop.timezone), to_datetime(request.now)
    entry: JsonObject | None = None
    asked = []
    for text in queries:
        refused = too_long(text)
        if refused is not None:
            raise _refused(refused)
        query = parse(text)
        meaning = check(query, fields, zone=zone, now=now)
        if meaning.warnings and request.strict_search:
            problems = "\n".join(refusal(query, warning) for warning in meaning.warnings)
            raise _refused(problems)
        asked.append(meaning.root)
        if meaning.warnings or request.debug_search:
            entry = search_entry((), query, meaning, fields, zone=zone, now=now)
    try:
        # Together, so that the words of all of them rank what is found.
        return Found(narrowed(listing, all_of(asked), dialect=request.dialect, ranked=ranked), entry)
    except SearchTooDeepError as problem:
        raise _refused(str(problem)) from None


def _refused(problem: str) -> Refusal:
    return Refusal(texts.SEARCH_REFUSED, problem=problem)
