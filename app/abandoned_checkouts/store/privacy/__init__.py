"""People's rights: erasure, erasure requests, consent and unsubscribed addresses.

Takes a person's contact or number and changes every row about them.
Imports checkouts/, flows/, outbox/, engine/ and tables/.
"""
