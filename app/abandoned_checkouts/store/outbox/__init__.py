"""Events and where they go: subscriptions, deliveries, the delivery log, and deliveries that came in.

Takes events and outcomes of attempts; returns rows that are due. Imports tables/ and engine/.
"""
