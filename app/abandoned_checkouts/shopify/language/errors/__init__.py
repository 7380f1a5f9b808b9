"""What the Shopify dialect says when something is wrong, in Shopify's words and key order.

``texts`` is the one table of words. ``entries`` shapes them into entries of ``errors``, ``syntax``
translates the parser, ``execution`` translates what a resolver raised, and ``http`` holds the bodies that are
not GraphQL.
"""

from abandoned_checkouts.shopify.language.errors.entries import ErrorEntry, entry, location
from abandoned_checkouts.shopify.language.errors.texts import Text

__all__ = ["ErrorEntry", "Text", "entry", "location"]
