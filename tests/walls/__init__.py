"""What the test of the walls is made of: tables of who may import what, and the rules that hold code against them.

`imports` finds every import of a module, `tables` has the walls, `rules` compares the two. Nothing in here runs the
code that it looks at.
"""
