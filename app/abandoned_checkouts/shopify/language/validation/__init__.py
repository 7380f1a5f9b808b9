"""Validation in Shopify's words, codes, paths and order.

Takes a parsed document and a schema; returns error entries. Shopify's server runs graphql-ruby, which visits a document
once, top down, and whose rules skip everything below an undefined field, argument or directive. graphql-core's rules
report other words in another order, so the visit is our own; graphql-core's rules then confirm the verdict (see
`document`), and a property test compares the two. Imports language/errors and
language/coercion.
"""

from abandoned_checkouts.shopify.language.validation.walk import validate

__all__ = ["validate"]
