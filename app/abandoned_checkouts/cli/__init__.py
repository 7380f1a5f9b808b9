"""The command line: `abandoned-checkouts serve | demo | import | export | schema | shop … | token …`.

Takes arguments and files; writes results to standard output, messages to standard error, and ends with an exit code
of `exit_codes`. May import every package.

Exit codes: 0 done; 1 some records were rejected, the others are imported; 2 usage error or invalid setting; 3 the store
cannot be used; 4 a file cannot be read or written; 5 the shop or token does not exist, or exists already; 6 cannot
listen on the address; 130 interrupted.
"""

from abandoned_checkouts.cli.application import main

__all__ = ["main"]
