"""The command line: `abandoned-checkouts serve | demo | import | export | schema | shop … | token …`.

Exit codes: 0 done; 1 some records were rejected, the others are in; 2 the command line or a setting is wrong; 3 the
store cannot be used; 4 a file cannot be read or written; 5 there is no such shop or token, or it exists already; 6 the
server cannot listen there; 130 interrupted.
"""

from abandoned_checkouts.cli.application import main

__all__ = ["main"]
