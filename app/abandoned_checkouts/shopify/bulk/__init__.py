"""Bulk operations: one query over a whole shop, with its result in a file of JSON lines.

rules/ checks the query and names files and states; runs/ executes it. The schema imports rules/ alone.
"""
