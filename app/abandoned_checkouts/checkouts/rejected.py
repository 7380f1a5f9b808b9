"""A record that cannot become a checkout."""


class RejectedRecordError(ValueError):
    """Why a record of a source is no checkout that can be kept; one line, for the person who brings it in."""
