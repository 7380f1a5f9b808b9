"""Lists of abandoned checkouts narrowed to what a search means: the same answers as search_syntax.predicate gives.

The conditions are written by store/search/conditions. Even so SQLite counts at most 1,000 levels of them, hence the
limit: 200 groups that turn AND into OR or are negated, one in the other. Parentheses that change nothing do not count.
"""

from dataclasses import replace
from typing import cast

from sqlalchemy import false

from abandoned_checkouts.store.reading.pages import Listing
from abandoned_checkouts.store.search.conditions import ConditionWriter, DatabaseKind
from search_syntax import meaning as m
from search_syntax.tree import fold

DEEPEST_SEARCH = 200
MOST_RANKED = 32  # words; each makes the ranks of all rows dearer, and none of so many tells much


class SearchTooDeepError(ValueError):
    """A search that is nested more deeply than a database takes; the message says so to whoever wrote it."""


def narrowed(listing: Listing, root: m.Expression, *, dialect: str, ranked: bool = False) -> Listing:
    """The rows of a list of abandoned checkouts that the expression holds for.

    `ranked` orders them by relevance, best first: by bm25 on SQLite, by ts_rank on PostgreSQL; both are turned so that
    less is better. A search without words has no relevance, and the order stays as it is; so does that of a list that
    is ranked already. Raises SearchTooDeepError.
    """
    if isinstance(root, m.MatchAll):
        return listing
    if isinstance(root, m.Nothing):
        return replace(listing, conditions=(*listing.conditions, false()))
    if fold(root, lambda _: 1, lambda _, depths: 1 + max(depths)) > DEEPEST_SEARCH:
        raise SearchTooDeepError(f"The search nests more than {DEEPEST_SEARCH} groups in one another.")
    writer = ConditionWriter(listing, cast(DatabaseKind, dialect))
    words = positive_words(root) if ranked and listing.rank is None else []
    ranking = words[:MOST_RANKED]
    parts = root.parts if words and isinstance(root, m.AllOf) else [root]
    found = [fold(part, writer.leaf, writer.branch) for part in parts]
    asked = list(dict.fromkeys(each.matches for each in found if each.matches))
    rest = [part for part, each in zip(parts, found, strict=True) if not each.matches]
    if words and len(words) <= MOST_RANKED and asked and not any(map(positive_words, rest)):
        # The index alone knows which rows have the words, and their ranks: asked once, it leads to the rows.
        found, matches = [each for each in found if not each.matches], writer.also.join(asked)
    else:
        matches = ""
    if found:
        joined = writer.branch(m.AllOf(()), found) if len(found) > 1 else found[0]
        listing = replace(listing, conditions=(*listing.conditions, writer.condition(joined)))
    return writer.ranked(listing, ranking, matches) if words else listing


def positive_words(root: m.Expression) -> list[m.Words]:
    """The words that rows are asked to have, each once, and not those they are asked not to have."""
    waiting: list[m.Expression] = [root]
    found: list[m.Words] = []
    while waiting:
        node = waiting.pop()
        if isinstance(node, m.Words):
            found.append(node)
        elif isinstance(node, m.AllOf | m.AnyOf):
            waiting.extend(node.parts)
    return list(dict.fromkeys(found))
