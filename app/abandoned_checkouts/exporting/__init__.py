"""Export: writes a shop's checkouts as JSON lines, which `import` reads, or as CSV for spreadsheets.

Takes a store, a shop and a file; writes one batch at a time. Imports the store, checkouts/ and shopify/formats.
"""
