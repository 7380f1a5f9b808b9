"""The exam: a user's own extractor runs once for each scenario, and what it delivers is compared with the truth.

It is a client of a twin and its command line; the server does not import it.
"""
