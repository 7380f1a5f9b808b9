"""The errors of the Shopify dialect, in Shopify's words and key order.

Takes problems of the parser, the validator and resolvers; returns entries of `errors` and user errors. `texts` is the
one table of words. Imports `lexer` alone.
"""

from abandoned_checkouts.shopify.language.errors.entries import ErrorEntry, entry, location
from abandoned_checkouts.shopify.language.errors.texts import Text

__all__ = ["ErrorEntry", "Text", "entry", "location"]
