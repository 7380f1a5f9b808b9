"""Documents that the tests of costs share."""

from functools import cache

from graphql import GraphQLSchema, extend_schema, parse

from abandoned_checkouts.shopify.language.document import Operation
from abandoned_checkouts.shopify.language.document_cache import Documents
from tests.contract.schema import contract_schema

PAGE = "{ id totalPriceSet { shopMoney { amount } } customer { id } }"
BOTH_PAGES = """query ($first: Int!) {
  abandonedCheckouts(first: $first) { nodes { id } edges { node { id } } pageInfo { hasNextPage } }
  abandonedCheckoutsCount { count precision }
  abandonment(id: "gid://shopify/Abandonment/1") { id }
  abandonmentByAbandonedCheckoutId(abandonedCheckoutId: "gid://shopify/AbandonedCheckout/1") { id }
}"""
TAP = """query ($first: Int!, $after: String, $query: String) {
  abandonedCheckouts(first: $first, after: $after, query: $query) {
    edges { node {
      id note completedAt customer { id lastOrder { id } }
      billingAddress { phone country } shippingAddress { phone country }
      taxLines { priceSet { presentmentMoney { amount currencyCode } shopMoney { amount currencyCode } } title }
      totalPriceSet { presentmentMoney { amount currencyCode } shopMoney { amount currencyCode } }
      lineItems(first: $first) {
        edges { node {
          id quantity variant { title id } product { id } components { id quantity title variantTitle }
          discountedTotalPriceSet { shopMoney { amount currencyCode } }
        } }
        pageInfo { endCursor hasNextPage }
      }
    } }
    pageInfo { endCursor hasNextPage }
  }
}"""


@cache
def schema() -> GraphQLSchema:
    """The contract with the directive of Shopify that fields can have beside @include and @skip."""
    return extend_schema(contract_schema(), parse("directive @idempotent(key: String!) on FIELD"))


def operation(text: str) -> Operation:
    found = Documents(schema()).read(text).operation()
    assert isinstance(found, Operation), found
    return found
