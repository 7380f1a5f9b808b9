"""Events, subscriptions, deliveries and their log; and received webhooks.

Takes events and results of attempts; returns rows that are due. Imports tables/ and engine/.
"""
