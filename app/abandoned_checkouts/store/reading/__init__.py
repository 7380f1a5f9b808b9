"""Reads pages of sorted lists, rows by key, children of many rows, and counts; from snapshots, and in streams.

Takes queries as data and returns rows. Imports tables/ and engine/.
"""
