"""From Wix's abandonedCheckout JSON to a Checkout.

Takes decoded JSON and returns objects of checkouts/; raises RejectedRecordError. Imports only checkouts/.
"""
