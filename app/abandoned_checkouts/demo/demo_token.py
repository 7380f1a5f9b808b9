"""The domain and the access token of the demo shop, for modules that need nothing else of it."""

DOMAIN = "demo-shop.myshopify.com"
# Not a secret: it opens the demo shop only.
TOKEN = "shpat_demo"
