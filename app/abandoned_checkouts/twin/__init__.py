"""The twin: a server for tests. A developer controls its clock, faults and state over HTTP.

Takes requests to `/__twin/…`: they move the clock, create checkouts in any state, cause faults and rewind the store.
The server imports this package only if it runs with `--twin`. May import every package except the server and the
command line.
"""
