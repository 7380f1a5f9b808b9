"""`python -m app` is the console script `abandoned-checkouts`."""

from app.cli import main

# Processes that help with an import load this file too.
if __name__ == "__main__":
    main()
