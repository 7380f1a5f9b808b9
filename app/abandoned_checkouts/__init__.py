"""Abandoned Checkouts: Shopify's Admin API and Wix eCommerce over one store of abandoned checkouts.

Checkouts arrive by webhook, file or storefront. Clients read lists and receive events and mails. `server` assembles
the packages, `cli` starts them, and `config` declares the settings. CONTRIBUTING.md describes the packages.
"""
