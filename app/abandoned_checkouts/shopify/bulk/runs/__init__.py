"""Runs bulk queries: reads the store in portions and writes JSON lines.

Takes a valid query and an open stream of the store; returns lines. Imports schema/ and execution/.
"""
