"""`python -m app` is the console script `abandoned-checkouts`."""

from app.cli import main

main()
