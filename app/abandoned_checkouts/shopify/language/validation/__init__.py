"""Validation in Shopify's words, codes, paths and order.

Shopify's server runs graphql-ruby, which visits a document once, top down, and whose rules skip what lies below
an undefined field, argument or directive. graphql-core's rules report other words in another order, so the visit
is our own; graphql-core's rules then have the last word (see `document.py`), and a property test holds the two
to the same verdict.
"""

from abandoned_checkouts.shopify.language.validation.walk import validate

__all__ = ["validate"]
