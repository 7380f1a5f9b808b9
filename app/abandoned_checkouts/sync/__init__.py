"""Sync: keeps a shop here as a copy of a shop at Shopify or Wix, and proves that nothing is missing.

Reads the API of the platform with httpx, and writes checkouts with the progress of the sync in one transaction. May
import access/, checkouts/, intake/ (lines of bulk files), shopify/, store/ and wix/.
"""
