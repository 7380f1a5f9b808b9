"""Abandoned Checkouts: Shopify's Admin API and Wix eCommerce over one store of abandoned checkouts.

Checkouts arrive by webhook, file or storefront; lists, events and mails leave. `server` assembles the packages,
`cli` starts them, `config` holds every setting. CONTRIBUTING.md shows the packages and their rules.
"""
