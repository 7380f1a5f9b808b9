"""Builds the schema from its types."""

from functools import lru_cache

import strawberry
from graphql import GraphQLSchema, lexicographic_sort_schema, print_schema
from strawberry.schema.config import StrawberryConfig

from abandoned_checkouts.shopify.language.system_types import publish_system_types
from abandoned_checkouts.shopify.schema.roots.mutation import Mutation
from abandoned_checkouts.shopify.schema.roots.query import QueryRoot
from abandoned_checkouts.shopify.schema.types import discount
from abandoned_checkouts.shopify.schema.types.metafield import Metafield
from abandoned_checkouts.shopify.schema.types.saved_search import SavedSearch
from abandoned_checkouts.shopify.schema.types.scalars import SCALARS

# Types that are reachable only through an interface.
_IMPLEMENTERS = (
    discount.AutomaticDiscountApplication,
    discount.DiscountCodeApplication,
    discount.ManualDiscountApplication,
    discount.ScriptDiscountApplication,
    Metafield,
    SavedSearch,
)


@lru_cache(maxsize=1)
def strawberry_schema() -> strawberry.Schema:
    return strawberry.Schema(
        query=QueryRoot, mutation=Mutation, types=_IMPLEMENTERS, config=StrawberryConfig(scalar_map=SCALARS)
    )


@lru_cache(maxsize=1)
def graphql_schema() -> GraphQLSchema:
    """The schema with its resolvers, for graphql-core."""
    return publish_system_types(strawberry_schema()._schema)


def printed_schema() -> str:
    """The schema in the schema definition language, sorted."""
    return print_schema(lexicographic_sort_schema(graphql_schema())) + "\n"
