"""Automation flows in the store: definitions, waiting steps and the facts a step decides on.

Takes and returns plain records. Imports checkouts/, tenants/, engine/ and tables/.
"""
