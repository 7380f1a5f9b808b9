"""Export: writes a shop's checkouts as JSON lines, which `import` reads, as CSV for spreadsheets, or as tables.

Takes a store, a shop and a file; writes one batch at a time. Tables are for data teams: as JSON lines, CSV or Parquet.
The change feed has the same rows, after each change. Imports the store, checkouts/, shopify/formats and search_syntax.
"""
