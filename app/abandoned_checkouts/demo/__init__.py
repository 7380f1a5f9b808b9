"""A made-up shop with a story: everything in it follows from a seed, and nobody in it exists."""
