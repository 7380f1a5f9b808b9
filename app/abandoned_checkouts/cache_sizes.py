"""Lists the sizes of all caches of a process."""

from abandoned_checkouts.checkouts.caches import function_cache_sizes
from abandoned_checkouts.shopify.bulk.rules.checks import cached_queries_bytes
from abandoned_checkouts.shopify.execution.plan.leaves import cached_texts_bytes
from abandoned_checkouts.shopify.execution.plan.row_functions import LEAF_FUNCTIONS, ROW_FUNCTIONS
from abandoned_checkouts.shopify.http.graphql_endpoint import GraphqlEndpoint
from abandoned_checkouts.store.reading.statement_shapes import SHAPES
from abandoned_checkouts.store.tenants.recent_access import RecentAccess
from search_syntax.parse import cached_bytes


def cache_sizes(endpoint: GraphqlEndpoint | None = None) -> dict[str, int]:
    """Roughly the bytes that each cache takes, by name. `endpoint` adds the caches of that endpoint to those of the
    process."""
    own = {} if endpoint is None else endpoint.cache_sizes()
    functions = {name: size.bytes for name, size in function_cache_sizes().items()}
    shared = {
        "texts of columns": cached_texts_bytes(),
        "functions of rows": ROW_FUNCTIONS.bytes + LEAF_FUNCTIONS.bytes,
        "statements": SHAPES.bytes,
        "searches": cached_bytes(),
        "bulk queries": cached_queries_bytes(),
        "tokens": RecentAccess.bytes_of_all(),
    }
    return {**own, **shared, **functions}
