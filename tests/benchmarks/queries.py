"""The queries of the benchmark: each with the document that a client sends, and its variables."""

import base64
import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_MONEY = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"

CHECKOUT = f"""
      id
      name
      createdAt
      updatedAt
      completedAt
      note
      taxesIncluded
      customer {{ id firstName lastName }}
      totalPriceSet {_MONEY}
      subtotalPriceSet {_MONEY}
      totalTaxSet {_MONEY}
      lineItems(first: 10) {{
        nodes {{
          id
          title
          quantity
          sku
          variantTitle
          variant {{ id title }}
          originalUnitPriceSet {_MONEY}
          originalTotalPriceSet {_MONEY}
        }}
      }}
"""

PAGE = f"""query Page($first: Int!, $after: String, $query: String) {{
  abandonedCheckouts(first: $first, after: $after, query: $query) {{
    nodes {{{CHECKOUT}    }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}"""

# The text of each request has a different cursor.
PASTED = PAGE.replace("($first: Int!, $after: String, $query: String)", "").replace(
    "first: $first, after: $after, query: $query", 'first: 10, after: "CURSOR"'
)

NODE = f"""query One($id: ID!) {{
  node(id: $id) {{
    ... on AbandonedCheckout {{{CHECKOUT}    }}
  }}
}}"""

COUNT = """query Count($query: String) {
  abandonedCheckoutsCount(query: $query, limit: null) { count precision }
}"""


_dice = random.Random(11)


def new_text(text: str, number: int) -> str:
    """A document that no server has seen: another name, and the fields without arguments and selections in another
    order. The response is the same object, but its code and its statements are new."""
    lines = text.splitlines()
    places = [place for place, line in enumerate(lines) if re.fullmatch(r" {6,}\w+", line)]
    outer = [place for place in places if lines[place].startswith(" " * 6) and lines[place][6] != " "]
    for group in (outer, [place for place in places if place not in outer]):
        texts = [lines[place] for place in group]
        _dice.shuffle(texts)
        for place, line in zip(group, texts, strict=True):
            lines[place] = line
    return "\n".join(lines).replace("query ", f"query New{number}", 1)


@dataclass(frozen=True, slots=True)
class Question:
    """Endpoints written by hand do not parse GraphQL; they recognize the query by `name`.

    `bodies` are the variables of different requests, which are sent in turn. If one page were repeated, all of its rows
    and texts would be in some cache.
    """

    title: str
    name: str
    text: str
    bodies: tuple[dict[str, Any], ...]
    repeats: int
    # Whether the text of each request is new to the server (see new_text), or has another literal.
    fresh: bool = False
    pasted: bool = False


# A text of this form is the filter of pages. The hand-written endpoints read only the moment in it.
FILTER = "status:open created_at:>='{}'"
_BODIES = 400


def questions(first_id: int, size: int, start: int) -> list[Question]:
    """Queries of a store of `size` checkouts. `start` is the moment of the first, in microseconds since 1970."""
    dice = random.Random(7)
    numbers = [dice.randrange(max(1, size - 300)) for _ in range(_BODIES)]
    cursors = [cursor_of(first_id + number) for number in numbers]
    moments = [datetime.fromtimestamp(start // 10**6 + number * dice.randrange(13), UTC) for number in numbers]
    filters = [FILTER.format(moment.strftime("%Y-%m-%dT%H:%M:%SZ")) for moment in moments]

    def pages(first: int, *, filtered: bool = False) -> tuple[dict[str, Any], ...]:
        return tuple(
            {"first": first, "after": cursor, "query": query if filtered else None}
            for cursor, query in zip(cursors, filters, strict=True)
        )

    nodes = tuple({"id": f"gid://shopify/AbandonedCheckout/{first_id + number}"} for number in numbers)
    texts = tuple({"first": 10, "after": None, "query": word} for word in WORDS)
    return [
        Question("page of 250 with lines", "page", PAGE, pages(250), 24),
        Question("page of 250, filter", "page", PAGE, pages(250, filtered=True), 24),
        Question("page of 10", "page", PAGE, pages(10), 200),
        Question("page of 10, filter", "page", PAGE, pages(10, filtered=True), 200),
        Question("one by node", "node", NODE, nodes, 400),
        Question("page of 10, new text", "page", PAGE, pages(10), 60, fresh=True),
        Question("page of 10, pasted cursor", "page", PASTED, pages(10), 60, pasted=True),
        Question("count", "count", COUNT, ({"query": None},), 12),
        Question("full text, page of 10", "page", PAGE, texts, 60),
    ]


# Names of buyers in the store, each in one of sixteen checkouts.
WORDS = ("jansen", "adler", "brown", "dubois", "fischer", "haddad", "ito", "lopez", "novak", "kowalski")


def cursor_of(number: int) -> str:
    return base64.b64encode(b'{"last_id":%d,"last_value":"%d"}' % (number, number)).decode()
