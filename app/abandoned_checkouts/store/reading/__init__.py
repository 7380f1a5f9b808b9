"""Reading: pages of sorted lists, rows by key, children of many rows, counts, snapshots and streams.

Takes queries as data and returns rows. Imports tables/ and engine/.
"""
