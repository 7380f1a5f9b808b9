"""Applies a search to a list. The list then has the rows that search_syntax.predicate accepts, ranked if requested.

store/search/conditions writes the SQL of single conditions. SQLite accepts at most 1,000 levels, so a search can have
200 levels of groups that alternate between AND and OR or are negated. Other parentheses are not counted.
"""

from dataclasses import replace
from typing import cast

from sqlalchemy import false

from abandoned_checkouts.store.reading.pages import Listing
from abandoned_checkouts.store.search.conditions import ConditionWriter, DatabaseKind
from abandoned_checkouts.store.search.state_ranges import state_search
from abandoned_checkouts.store.search.text_search import text_search
from search_syntax import meaning as m
from search_syntax.tree import fold

DEEPEST_SEARCH = 200
MOST_RANKED = 32  # words of a search; more would make the rank of every row slower and hardly change it


class SearchTooDeepError(ValueError):
    """The search is nested too deeply for the databases. The message is for the author of the search."""


def narrowed(listing: Listing, root: m.Expression, *, dialect: str, ranked: bool = False) -> Listing:
    """The rows of a list of abandoned checkouts for which the expression is true.

    `ranked` sorts them by relevance, best first: by bm25 on SQLite and by the negative ts_rank on PostgreSQL; a smaller
    rank is better on both. The order does not change if the search has no words, or the list is ranked already. Raises
    SearchTooDeepError.
    """
    if isinstance(root, m.MatchAll):
        return listing
    if isinstance(root, m.Nothing):
        return replace(listing, conditions=(*listing.conditions, false()), text_search=None, state_search=None)
    if fold(root, lambda _: 1, lambda _, depths: 1 + max(depths)) > DEEPEST_SEARCH:
        raise SearchTooDeepError(f"The search has more than {DEEPEST_SEARCH} levels of nested groups.")
    writer = ConditionWriter(listing, cast(DatabaseKind, dialect))
    words = positive_words(root) if ranked and listing.rank is None else []
    ranking = words[:MOST_RANKED]
    parts = root.parts if isinstance(root, m.AllOf) else [root]
    found = writer.of_one_action(parts, [fold(part, writer.leaf, writer.branch) for part in parts])
    index_queries = list(dict.fromkeys(each.matches for each in found if each.matches))
    rest = [part for part, each in zip(parts, found, strict=True) if not each.matches]
    matches = writer.queries.joined(index_queries, "AND") if index_queries else None
    # The condition needs only the full-text index, so one query of the index finds and ranks the rows.
    found_by_index = words and len(words) <= MOST_RANKED and matches and not any(map(positive_words, rest))
    if found_by_index:
        found = [each for each in found if not each.matches]
    first = not listing.conditions
    if found:
        joined = writer.branch(m.AllOf(()), found) if len(found) > 1 else found[0]
        condition = writer.condition(joined, of_documents=bool(found_by_index))
        listing = replace(listing, conditions=(*listing.conditions, condition), text_search=None, state_search=None)
    if words:
        listing = writer.ranked(listing, ranking, matches if found_by_index else None)
        return replace(listing, text_search=None, state_search=None)
    if not first or writer.tables:
        return listing
    if matches:
        others = [each for each in found if not each.matches]
        return replace(listing, text_search=text_search(writer, matches, others, rest))
    return replace(listing, state_search=state_search(writer, parts))


def positive_words(root: m.Expression) -> list[m.Words]:
    """The words that the search requires, without repetitions and without words that it excludes."""
    waiting: list[m.Expression] = [root]
    found: list[m.Words] = []
    while waiting:
        node = waiting.pop()
        if isinstance(node, m.Words):
            found.append(node)
        elif isinstance(node, m.AllOf | m.AnyOf):
            waiting.extend(node.parts)
    return list(dict.fromkeys(found))
