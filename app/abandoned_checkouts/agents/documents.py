"""The GraphQL documents of the tools."""

_CHECKOUT = """id name createdAt updatedAt completedAt abandonedCheckoutUrl lineItemsQuantity note
  totalPriceSet { shopMoney { amount currencyCode } }
  lineItems(first: 10) { nodes { title variantTitle quantity sku } }
  customer { id displayName defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber } }"""

SEARCH = f"""query Search($query: String, $first: Int!, $after: String, $sort: AbandonedCheckoutSortKeys!,
    $reverse: Boolean!) {{
  shop {{ ianaTimezone }}
  abandonedCheckoutsCount(query: $query) {{ count precision }}
  abandonedCheckouts(query: $query, first: $first, after: $after, sortKey: $sort, reverse: $reverse) {{
    pageInfo {{ hasNextPage endCursor }}
    nodes {{ {_CHECKOUT} }}
  }}
}}"""
ONE = f"query One($query: String!) {{ abandonedCheckouts(query: $query, first: 1) {{ nodes {{ {_CHECKOUT} }} }} }}"
MATCHES = """query Matches($query: String!) {
  shop { ianaTimezone } abandonedCheckouts(query: $query, first: 1) { nodes { id } } }"""
