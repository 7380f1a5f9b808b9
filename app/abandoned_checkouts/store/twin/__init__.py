"""For a server for tests: when anything is due next, and copies of the complete store.

Takes an open database; returns moments and copies. Imports the tables and the engine.
"""
