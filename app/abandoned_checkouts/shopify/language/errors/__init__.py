"""The errors of the Shopify dialect, with Shopify's messages and order of keys.

Takes problems of the parser, the validator and resolvers; returns entries of `errors` and user errors. `texts` has all
messages. Imports `lexer` alone.
"""

from abandoned_checkouts.shopify.language.errors.entries import ErrorEntry, entry, location
from abandoned_checkouts.shopify.language.errors.texts import Text

__all__ = ["ErrorEntry", "Text", "entry", "location"]
