"""Recovery: the page behind the recovery link, the mails with that link, and unsubscribing.

Takes HTTP requests of buyers and checkouts; returns pages and mails in the buyer's language and currency. Imports
config, http_kit/, the store and checkouts/.
"""
