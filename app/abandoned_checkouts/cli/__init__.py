"""The command line: `abandoned-checkouts serve | demo | import | export | schema | shop … | token …`.

Takes arguments and files; writes results to standard output and messages to standard error, and returns an exit code.
May import every package.

Exit codes: 0 success; 1 some records were rejected, the others are imported; 2 usage error or invalid setting; 3 cannot
use the store; 4 cannot read or write a file; 5 a shop, token or other object does not exist, or exists already; 6
cannot listen on the address; 130 interrupted.
"""

from abandoned_checkouts.cli.application import main

__all__ = ["main"]
