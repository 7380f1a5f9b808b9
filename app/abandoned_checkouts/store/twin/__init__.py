"""What a server for tests needs of the store: when anything is due next, and copies of the whole store.

Takes an open database; returns moments and copies. Imports the tables and the engine.
"""
