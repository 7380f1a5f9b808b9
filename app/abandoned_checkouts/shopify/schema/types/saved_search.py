"""Saved searches: queries that merchants keep under a name."""

import strawberry

from abandoned_checkouts.shopify.schema.resolving.fields import Backed, backed, column, computed
from abandoned_checkouts.shopify.schema.types.node import LegacyInteroperability, Node
from abandoned_checkouts.shopify.schema.types.scalars import UnsignedInt64
from abandoned_checkouts.shopify.schema.types.shop_enums import SearchResultType
from abandoned_checkouts.shopify.values.gid import GidOf
from search_syntax import parse, split_filters

# The store's word for abandoned checkouts, for which Shopify's enumeration has none: its admin lists them with orders.
ABANDONED_CHECKOUT = "ABANDONED_CHECKOUT"


_saved_search_id = GidOf("SavedSearch")


class GivenQuery(str):
    """A query that is told as it was given: what the mutation that keeps it answers (recorded)."""

    __slots__ = ()


def _told(query: str) -> str:
    return str(query) if isinstance(query, GivenQuery) else split_filters(parse(query)).query


def resource_type(name: str) -> str:
    return "ORDER" if name == ABANDONED_CHECKOUT else str(name)


@strawberry.type(description="A condition of a search that names its field.")
class SearchFilter:
    key: str = strawberry.field(description="The field, with _not, _min or _max behind it.")
    value: str = strawberry.field(description="What the field is compared with.")


@backed(description="A search that somebody keeps under a name.")
class SavedSearch(Backed, LegacyInteroperability, Node):
    id: strawberry.ID = column("id", compute=_saved_search_id, description="The global id.")
    legacy_resource_id: UnsignedInt64 = column("id", compute=str, description="The number within the REST API.")
    name: str = column("name", description="Its name.")
    query: str = column(
        "query",
        compute=_told,
        description="The search in Shopify's search syntax, put in its usual form.",
    )
    resource_type: SearchResultType = column(
        "resource_type", compute=resource_type, description="What it finds; ORDER for abandoned checkouts, too."
    )
    search_terms: str = column(
        "query",
        compute=lambda query: split_filters(parse(query)).search_terms,
        description="What of the search is no filter: words and alternatives.",
    )

    @computed(description="The conditions of the search that name their field.")
    def filters(self) -> list[SearchFilter]:
        split = split_filters(parse(self.row["query"]))
        return [SearchFilter(key=found.key, value=found.value) for found in split.filters]
