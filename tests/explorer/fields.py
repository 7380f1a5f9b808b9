"""Some searchable fields, for tests of the search help."""

from search_syntax import Field, FieldSet, Kind

FIELDS = FieldSet(
    [
        Field("default", Kind.TEXT),
        Field("created_at", Kind.TIME, "When it was begun"),
        Field("status", Kind.ENUM, "Open or archived", ("open", "closed")),
        Field("sku", Kind.KEYWORD, "Only searched by our extension", extended=True),
    ]
)
SETS = {"abandonedCheckouts": FIELDS, "abandonedCheckoutsCount": FIELDS}
