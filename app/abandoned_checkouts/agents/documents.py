"""The GraphQL documents of the tools."""

_CHECKOUT = """id name createdAt updatedAt completedAt lineItemsQuantity note
  totalPriceSet { shopMoney { amount currencyCode } }
  lineItems(first: 10) { nodes { title variantTitle quantity sku } }
  customer { id displayName defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber } }"""

SEARCH = f"""query Search($query: String, $first: Int!, $after: String, $sort: AbandonedCheckoutSortKeys!,
    $reverse: Boolean!) {{
  shop {{ ianaTimezone }}
  abandonedCheckouts(query: $query, first: $first, after: $after, sortKey: $sort, reverse: $reverse) {{
    pageInfo {{ hasNextPage endCursor }}
    nodes {{ {_CHECKOUT} }}
  }}
  abandonedCheckoutsCount(query: $query) {{ count precision }}
}}"""
ONE = f"""query One($query: String!) {{
  abandonedCheckouts(query: $query, first: 1) {{ nodes {{ {_CHECKOUT} abandonedCheckoutUrl }} }} }}"""
MATCHES = """query Matches($query: String!) {
  shop { ianaTimezone } abandonedCheckouts(query: $query, first: 1) { nodes { id } } }"""
# With it, GraphQL returns how it understood a search.
DEBUG = {"Shopify-Search-Query-Debug": "1"}


def values_document(searches: dict[str, str]) -> str:
    """A document that reads a checkout's values, and whether it matches each search, by alias. `searches` must not
    contain quotes."""
    found = " ".join(
        f'{alias}: abandonedCheckouts(query: "{search}", first: 1) {{ nodes {{ id }} }}'
        for alias, search in searches.items()
    )
    return f"""query Values($query: String!) {{
  one: abandonedCheckouts(query: $query, first: 1) {{
    nodes {{ createdAt updatedAt completedAt totalPriceSet {{ shopMoney {{ amount }} }} }} }}
  {found}
}}"""
