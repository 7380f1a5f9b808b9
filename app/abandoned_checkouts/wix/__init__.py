"""The Wix eCommerce dialect: the Abandoned Checkouts API, its OAuth endpoints and its events.

Takes the HTTP requests of Wix's SDK and returns Wix's JSON, errors and signed events. from_wix/ and to_wix/ convert
checkouts. Imports http_kit/, the store, access/, checkouts/ and search_syntax.
"""
