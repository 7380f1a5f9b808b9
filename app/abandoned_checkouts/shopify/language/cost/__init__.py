"""Requested and actual cost of an operation, and the account of it that `extensions.cost` gives.

Everything that does not depend on the request is computed once per document; what is left is a small function of
the variables. (Shopify: cost.)
"""

from abandoned_checkouts.shopify.language.cost.requested import Cost, exceeded, extension
from abandoned_checkouts.shopify.language.cost.rule import MAX_QUERY_COST

__all__ = ["MAX_QUERY_COST", "Cost", "exceeded", "extension"]
