"""Privacy: erasure, erasure requests, consent and unsubscribed addresses.

Takes a person's address or number and changes every row about the person.
Imports tables/, engine/, search/, outbox/, checkouts/ and flows/.
"""
