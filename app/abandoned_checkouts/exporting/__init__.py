"""Export: the checkouts of a shop as JSON lines, which `import` reads, or as CSV for spreadsheets.

Takes a store and a shop; returns lines, a batch at a time. Imports the store, checkouts/ and shopify/formats.
"""
