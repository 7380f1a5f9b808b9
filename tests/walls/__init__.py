"""For tests/test_walls.py: the tables of allowed imports, and the rules that compare the code with them.

`imports` finds every import of a module, `tables` has the walls, `rules` compares the two. Nothing in here runs the
code that it looks at.
"""
