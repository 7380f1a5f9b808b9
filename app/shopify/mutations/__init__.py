"""What the mutations do: each checks its input, writes in one transaction, and tells what was wrong with it."""
