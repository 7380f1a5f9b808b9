"""Running a bulk query: the store is read in portions and written as JSON lines.

Takes a checked query and an open stream of the store; returns lines. Imports schema/ and execution/.
"""
