"""Bulk operations: one query over a whole shop, with its result in a file of JSON lines.

rules/ validates queries and manages result files; runs/ executes queries. The schema imports only rules/.
"""
