"""Events, subscriptions, deliveries with their log, and received webhooks.

Takes events and the results of attempts; returns due rows. Imports tables/ and engine/.
"""
