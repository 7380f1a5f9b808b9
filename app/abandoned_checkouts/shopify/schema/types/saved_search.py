"""Saved searches: search texts with a name."""

import strawberry

from abandoned_checkouts.shopify.schema.resolving.fields import Backed, backed, column, computed
from abandoned_checkouts.shopify.schema.types.node import LegacyInteroperability, Node
from abandoned_checkouts.shopify.schema.types.scalars import UnsignedInt64
from abandoned_checkouts.shopify.schema.types.shop_enums import SearchResultType
from abandoned_checkouts.shopify.values.gid import GidOf
from search_syntax import parse, split_filters

# The store's resource type of abandoned checkouts. Shopify's enum has none: its admin lists them with orders.
ABANDONED_CHECKOUT = "ABANDONED_CHECKOUT"


_saved_search_id = GidOf("SavedSearch")


class SentQuery(str):
    """A query that is returned as it was sent, in the result of the mutation that saves it (recorded)."""

    __slots__ = ()


def _canonical(query: str) -> str:
    return str(query) if isinstance(query, SentQuery) else split_filters(parse(query)).query


def resource_type(name: str) -> str:
    return "ORDER" if name == ABANDONED_CHECKOUT else str(name)


@strawberry.type(description="A filter of a saved search.")
class SearchFilter:
    key: str = strawberry.field(
        description="The name of the field, with the suffix `_not`, `_min` or `_max` if needed."
    )
    value: str = strawberry.field(description="The value that the field is compared with.")


@backed(description="A search text that is saved under a name.")
class SavedSearch(Backed, LegacyInteroperability, Node):
    id: strawberry.ID = column("id", compute=_saved_search_id, description="The global id.")
    legacy_resource_id: UnsignedInt64 = column("id", compute=str, description="The id in the REST API.")
    name: str = column("name", description="The name of the saved search.")
    query: str = column(
        "query",
        compute=_canonical,
        description="The search in Shopify's search syntax, in its canonical form.",
    )
    resource_type: SearchResultType = column(
        "resource_type",
        compute=resource_type,
        description="The type of resource that the search finds; `ORDER` for abandoned checkouts.",
    )
    search_terms: str = column(
        "query",
        compute=lambda query: split_filters(parse(query)).search_terms,
        description="The parts of the search that are not filters: words, alternatives and groups.",
    )

    @computed(description="The filters of the search.")
    def filters(self) -> list[SearchFilter]:
        split = split_filters(parse(self.row["query"]))
        return [SearchFilter(key=found.key, value=found.value) for found in split.filters]
