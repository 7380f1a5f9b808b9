"""The costs of fields and the factors of pages."""

import pytest
from graphql import GraphQLObjectType, build_schema

from abandoned_checkouts.shopify.language.cost.rule import actual_cost_of, is_connection, multiplier, own_cost
from tests.contract.schema import contract_schema


@pytest.mark.parametrize(
    ("size", "factor"),
    [(0, 1), (1, 1), (2, 1), (3, 2), (5, 3), (10, 4), (20, 5), (50, 7), (100, 9), (249, 11), (250, 11), (251, 11)],
)
def test_the_factor_of_a_page_is_logarithmic(size: int, factor: int) -> None:
    assert multiplier(size) == factor


@pytest.mark.parametrize(("size", "factor"), [(-1, 1), (1_000, 13), (10_000, 18)])
def test_a_size_that_the_server_rejects_later_has_a_factor(size: int, factor: int) -> None:
    assert multiplier(size) == factor


# Type and field, requested cost (None: it returns no objects, so it has none), actual cost.
FIELDS = [
    ("Shop", "primaryDomain", 1, 1),
    ("Customer", "lastOrder", 1, 1),
    ("Customer", "addresses", 1, 1),
    ("Customer", "defaultAddress", 0, 0),
    ("AbandonedCheckout", "billingAddress", 1, 1),
    ("Customer", "defaultEmailAddress", 1, 1),
    ("Customer", "emailMarketingConsent", 0, 0),
    ("Customer", "smsMarketingConsent", 0, 0),
    ("Customer", "amountSpent", 0, 0),
    ("AbandonedCheckout", "totalPriceSet", 0, 0),
    ("AbandonedCheckout", "taxLines", 1, 1),
    ("Shop", "currencyFormats", 0, 0),
    ("Shop", "billingAddress", 0, 0),
    ("WebhookSubscription", "apiVersion", 0, 0),
    ("QueryRoot", "publicApiVersions", 1, 1),
    ("WebhookSubscription", "endpoint", 0, 0),
    ("QueryRoot", "abandonedCheckoutsCount", 10, 10),
    ("Product", "variantsCount", 1, 1),
    ("SavedSearchCreatePayload", "userErrors", 0, 0),
    ("BulkOperationRunQueryPayload", "userErrors", 0, 0),
    # Only in the actual cost.
    ("AbandonedCheckoutConnection", "pageInfo", 0, 1),
    ("AbandonedCheckoutConnection", "nodes", 1, 1),
    ("AbandonedCheckoutEdge", "cursor", None, 0),
    ("ImageConnection", "nodes", 1, 1),
    ("Customer", "__typename", None, 1),
    ("Customer", "tags", None, 0),
    ("Customer", "id", None, 0),
    # In introspection, lists and names are free.
    ("__Schema", "queryType", 1, 1),
    ("__Schema", "types", 1, 0),
    ("__Type", "name", None, 0),
    ("__Type", "kind", None, 1),
    ("__Type", "fields", 1, 0),
    ("__Type", "ofType", 1, 1),
    ("__Field", "args", 1, 0),
    ("__Field", "type", 1, 1),
]


@pytest.mark.parametrize(("owner", "name", "requested", "actual"), FIELDS)
def test_the_cost_of_a_field(owner: str, name: str, requested: int | None, actual: int) -> None:
    schema = contract_schema()
    type_ = schema.type_map[owner]
    assert isinstance(type_, GraphQLObjectType)
    field = schema.get_field(type_, name)
    assert field is not None
    assert requested is None or own_cost(type_, name, field) == requested
    assert actual_cost_of(type_, name, field) == actual


@pytest.mark.parametrize(
    ("name", "expected"),
    [("AbandonedCheckoutConnection", True), ("AbandonedCheckout", False), ("AbandonedCheckoutEdge", False)],
)
def test_connections(name: str, expected: bool) -> None:
    assert is_connection(contract_schema().type_map[name]) is expected


ERRORS = build_schema("""
interface DisplayableError { message: String }
interface Other { message: String }
type PageInfo { hasNextPage: Boolean }
type SearchError implements DisplayableError { message: String }
union Problem = SearchError
type Payload { all: [DisplayableError!]! own: [SearchError!]! union: Problem other: Other pageInfo: PageInfo}
""")


@pytest.mark.parametrize(("name", "cost"), [("all", 0), ("own", 0), ("union", 1), ("other", 1)])
def test_errors_for_the_user_are_free(name: str, cost: int) -> None:
    payload = ERRORS.type_map["Payload"]
    assert isinstance(payload, GraphQLObjectType)
    assert own_cost(payload, name, payload.fields[name]) == cost


def test_page_info_outside_a_page_is_free() -> None:
    payload = ERRORS.type_map["Payload"]
    assert isinstance(payload, GraphQLObjectType)
    assert actual_cost_of(payload, "pageInfo", payload.fields["pageInfo"]) == 0
