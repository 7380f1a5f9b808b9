"""The exam: runs a user's extractor in each scenario, and compares its rows with the rows of the shop.

It is a client of a twin, used by the command line. The server does not import it.
"""
