"""The control API: flows, subscriptions, saved searches, settings, erasure.

Takes HTTP requests with an access token of a shop; returns JSON and changes the store. Imports automations/,
exporting/, recovery/, work/, http_kit/, config, the store, access/, checkouts/ and search_syntax, but no dialect.
"""
