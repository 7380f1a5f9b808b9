"""The merchant pages: the sign-in, the lists of checkouts and tasks, one checkout, users. They work without scripts.

Takes HTTP requests with a session cookie or an access token; returns HTML and changes the store. Imports control/,
automations/, recovery/, work/, http_kit/, config, the store, access/, checkouts/ and search_syntax, but no dialect
except the folder of result files.
"""
