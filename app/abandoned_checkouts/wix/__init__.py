"""The Wix eCommerce dialect: the Abandoned Checkouts API, its OAuth and its events.

Takes HTTP requests of Wix's SDK, and returns Wix's JSON, errors and signed events. from_wix/ and to_wix/ translate
checkouts. Imports http_kit/, the store, checkouts/ and search_syntax.
"""
