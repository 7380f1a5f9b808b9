"""Privacy: erasure, erasure requests, consent and unsubscribed addresses.

Takes a person's e-mail address or customer number, and changes every row about the person. Imports tables/, engine/,
search/, outbox/, checkouts/ and flows/.
"""
