"""The Wix eCommerce dialect: abandoned checkouts as Wix's API reads and writes them."""
