"""The queries of the benchmark: each with the document that a client sends, and its variables."""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Question:
    """Endpoints written by hand do not parse GraphQL; they recognize the query by `name`."""

    title: str
    name: str
    text: str
    variables: dict[str, Any]
    repeats: int
    # Whether the text of each request is new to the server: with another name, or with another literal.
    fresh: bool = False
    pasted: bool = False


def questions(first_id: int, deep_cursor: str) -> list[Question]:
    page = {"after": None, "query": None}
    return [
        Question("page of 250 with lines", "page", PAGE, {**page, "first": 250}, 12),
        Question("page of 10", "page", PAGE, {**page, "first": 10}, 120),
        Question("one by node", "node", NODE, {"id": f"gid://shopify/AbandonedCheckout/{first_id + 5}"}, 250),
        Question("page of 10, new text", "page", PAGE, {**page, "first": 10}, 60, fresh=True),
        Question("page of 10, pasted cursor", "page", PASTED, {**page, "first": 10}, 60, pasted=True),
        Question("count", "count", COUNT, {"query": None}, 12),
        Question("full text, page of 10", "page", PAGE, {**page, "first": 10, "query": "jansen"}, 60),
        Question("range filter, page of 10", "page", PAGE, {**page, "first": 10, "query": RANGE}, 60),
        Question("deep page of 10", "page", PAGE, {**page, "first": 10, "after": deep_cursor}, 120),
    ]


# A day in the middle of the store of 100,000.
RANGE = "created_at:>='2026-06-02T00:00:00Z' created_at:<'2026-06-03T00:00:00Z'"
