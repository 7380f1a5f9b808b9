"""The Shopify dialect: the Admin GraphQL and REST APIs over the store.

Requests arrive in http/ and responses leave there. The packages are layers: values, language, permissions, formats,
bulk/rules, schema, execution, bulk/runs, http; each imports only those before it. They import http_kit/, the store,
access/, checkouts/ and search_syntax.
"""
