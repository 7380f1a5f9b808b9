"""The queries of a connector for abandoned checkouts: one in bulk, and the same one by pages."""

# Connectors select a window of updated_at. This window contains all checkouts.
_SINCE = "query: \"updated_at:>='2020-01-01T00:00:00Z'\""
_CHECKOUT = """
  id name abandonedCheckoutUrl createdAt updatedAt completedAt taxesIncluded
  customer { id email: defaultEmailAddress { emailAddress } }
  billingAddress { city countryCodeV2 }
  totalPriceSet { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }
"""
_LINE = "id title quantity sku originalTotalPriceSet { shopMoney { amount currencyCode } }"
_ALLOCATION = """
  allocatedAmountSet { shopMoney { amount currencyCode } }
  discountApplication { index targetType value { __typename ... on PricingPercentageValue { percentage } } }
"""
BULK_QUERY = f"""{{
  abandonedCheckouts({_SINCE}) {{ edges {{ node {{ {_CHECKOUT}
    lineItems {{ edges {{ node {{ {_LINE}
      discountAllocations {{ edges {{ node {{ {_ALLOCATION} }} }} }}
    }} }} }}
  }} }} }}
}}"""
PAGES = f"""query Pages($after: String) {{
  abandonedCheckouts(first: 5, after: $after, {_SINCE}) {{ edges {{ node {{ {_CHECKOUT}
    lineItems(first: 15) {{ edges {{ node {{ {_LINE}
      discountAllocations(first: 5) {{ edges {{ node {{ {_ALLOCATION} }} }} }}
    }} }} }}
  }} }} pageInfo {{ hasNextPage endCursor }} }}
}}"""


RUN = """mutation Run($query: String!) { bulkOperationRunQuery(query: $query) {
  bulkOperation { id status } userErrors { field message code } } }"""
