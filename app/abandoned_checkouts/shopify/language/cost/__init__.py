"""The cost of an operation: the requested cost, the actual cost, and `extensions.cost`.

Takes a valid operation and its variables, and after execution the sizes of the pages; returns points. Everything that
does not depend on the request is computed once per document. Imports language/errors. (Shopify: cost.)
"""

from abandoned_checkouts.shopify.language.cost.requested import Cost, exceeded, extension
from abandoned_checkouts.shopify.language.cost.rule import MAX_QUERY_COST

__all__ = ["MAX_QUERY_COST", "Cost", "exceeded", "extension"]
