"""`python -m abandoned_checkouts` runs the console script `abandoned-checkouts`."""

from abandoned_checkouts.cli import main

# The worker processes of an import load this file too, and must not start a second command.
if __name__ == "__main__":
    main()
