"""`python -m abandoned_checkouts` runs the console script `abandoned-checkouts`."""

from abandoned_checkouts.cli import main

# Processes that help with an import load this file too.
if __name__ == "__main__":
    main()
