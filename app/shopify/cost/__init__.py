"""Requested and actual cost of an operation, and the account of it that `extensions.cost` gives.

Everything that does not depend on the request is computed once per document; what is left is a small function of
the variables. (Shopify: cost.)
"""

from app.shopify.cost.cost import Cost, exceeded, extension
from app.shopify.cost.rule import MAX_QUERY_COST

__all__ = ["MAX_QUERY_COST", "Cost", "exceeded", "extension"]
