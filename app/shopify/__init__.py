"""The Shopify dialect: the Admin API over the store."""
