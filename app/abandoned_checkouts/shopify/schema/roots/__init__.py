"""The query root, the mutation root, node lookups and the lists of an app.

Takes arguments; returns rows of the store, by resolving/. Imports types/ and mutations/.
"""
