"""The user errors of bulk operations. All texts are recorded from Shopify."""

from abandoned_checkouts.shopify.language.errors.user_errors import ProblemText

_QUERY = ("query",)


def _invalid(message: str) -> ProblemText:
    return ProblemText(message, _QUERY, "INVALID")


TOO_LARGE = _invalid("Query is too large ({size} bytes; maximum is {largest} bytes)")
# The reason is the error message of the query as an ordinary request, without its location.
UNREADABLE = _invalid("Invalid bulk query: {reason}")
NO_QUERY = _invalid("Invalid operation type. Only `query` operations are supported.")
TOP_LEVEL_NODE = _invalid("Bulk queries cannot contain a top level `{name}` field.")
NO_CONNECTION = _invalid("Bulk queries must contain at least one connection.")
TOO_MANY_CONNECTIONS = _invalid("Bulk queries cannot contain more than {most} connections.")
TOO_DEEP = _invalid("Bulk queries cannot contain connections with a nesting depth greater than {deepest}.")
NO_EDGES = _invalid(
    "All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: "
    "'{example} {{ edges {{ node {{'. Selecting via 'nodes' is not supported. Invalid connection fields: {named}."
)
NO_ID = _invalid(
    "The parent 'node' field for a nested connection must select the 'id' field without an alias and must be of "
    "'ID' return type. Connection fields without 'id': {named}."
)
IN_LIST = _invalid("Queries that contain a connection field within a list field are not currently supported.")

IN_PROGRESS = ProblemText(
    "A bulk query operation for this app and shop is already in progress: {ids}.", None, "OPERATION_IN_PROGRESS"
)
UNKNOWN = ProblemText("Bulk operation does not exist", ("id",))
OVER = ProblemText("A bulk operation cannot be canceled when it is {status}", None)
