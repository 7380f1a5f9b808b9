"""The twin: a server for tests, whose clock, faults and whole state a developer controls over HTTP.

Requests to `/__twin/…` come in; the clock moves, checkouts appear in any state, faults happen, the store is rewound.
Nothing of this package is imported unless the server runs with `--twin`. It may import every package but the server
and the command line.
"""
