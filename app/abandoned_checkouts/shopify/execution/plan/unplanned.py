"""Why a plan stops."""


class UnplannedError(Exception):
    """Something that plans do not do, found when one is made or when it runs: graphql-core answers instead."""
