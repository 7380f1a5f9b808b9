"""The exception that stops a plan."""


class UnplannedError(Exception):
    """The plan cannot be compiled or cannot continue; graphql-core answers instead."""
