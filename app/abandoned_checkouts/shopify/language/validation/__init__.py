"""Validation with Shopify's messages, codes, paths and order of errors.

Takes a parsed document and a schema; returns error entries. Shopify's server runs graphql-ruby, which visits a document
once, top down, and skips everything below an undefined field, argument or directive. The rules of graphql-core have
other messages in another order, so this package visits documents itself. graphql-core's rules then confirm the result
(see `document`), and a property test compares the two. Imports language/errors and language/coercion.
"""

from abandoned_checkouts.shopify.language.validation.walk import validate

__all__ = ["validate"]
