"""Background work: checkouts become abandoned, events are delivered, flows run, old data is deleted.

Takes rows of the store that are due; changes the store and sends webhooks and mails. Any number of processes can work
on one store. Imports automations/, recovery/, both dialects, the store, access/ and checkouts/.
"""
