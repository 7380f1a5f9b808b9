"""All error messages of the dialect.

Messages, codes and the order of the extension keys are as recorded from Shopify (Shopify: GraphQL errors). Rows marked
*unrecorded* follow graphql-ruby, the library of Shopify's server.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Text"]


@dataclass(frozen=True, slots=True)
class Text:
    """A message with ``{placeholders}``, its code, and the extension keys after the code, in order."""

    words: str
    code: str | None = None
    keys: tuple[str, ...] = ()


# -- the document as a whole ------------------------------------------------------------------------------
SYNTAX = Text("syntax error, unexpected {found}{expected} at [{line}, {column}]", "PARSE_ERROR")
OPERATION_NAME_REQUIRED = Text("An operation name is required")
OPERATION_NOT_FOUND = Text('No operation named "{name}"')
SCHEMA_DEFINITIONS = Text("Query cannot contain schema definitions", "queryContainsSchemaDefinitions")  # unrecorded
OPERATION_NAME_TAKEN = Text(
    'Operation name "{operationName}" must be unique', "uniquelyNamedOperations", ("operationName",)
)  # unrecorded
OPERATION_WITHOUT_NAME = Text(
    "Operation name is required when multiple operations are present", "uniquelyNamedOperations"
)  # unrecorded
NO_MUTATIONS = Text("Schema is not configured for mutations", "missingMutationConfiguration")  # unrecorded
NO_SUBSCRIPTIONS = Text("Schema is not configured for subscriptions", "missingSubscriptionConfiguration")  # unrecorded

# -- limits: ours, because Shopify publishes none ---------------------------------------------------------
TOO_MANY_TOKENS = Text(
    "Query is too large: it has more than {limit} tokens. Split it into several requests.", "BAD_REQUEST"
)
TOO_LONG = Text(
    "Query is too large: it has more than {limit} characters. Split it into several requests.", "BAD_REQUEST"
)
TOO_DEEP = Text(
    "Query is nested more than {limit} levels deep. Request inner objects by id.",
    "BAD_REQUEST",
)
TOO_MANY_ALIASES = Text("Query has more than {limit} aliases. Split it into several requests.", "BAD_REQUEST")
TOO_MANY_FRAGMENTS = Text("Query defines more than {limit} fragments.", "BAD_REQUEST")
TOO_MANY_DIRECTIVES = Text("Query has more than {limit} directives.", "BAD_REQUEST")
TOO_MANY_FIELDS = Text(
    "Query selects more than {limit} fields once its fragments are expanded. Split it into several requests.",
    "BAD_REQUEST",
)
VARIABLE_TOO_DEEP = Text("Variable ${variableName} is nested deeper than the allowed {limit} levels.", "BAD_REQUEST")
INTROSPECTION_TWICE = Text("Query selects `__schema` more than once. Select it under one name.", "BAD_REQUEST")
TOO_MANY_INTROSPECTED_TYPES = Text(
    "Query selects `__type` more than {limit} times. Split it into several requests.", "BAD_REQUEST"
)
INTROSPECTION_TOO_LARGE = Text(
    "Introspection would return more than {limit} fields. Select fewer levels of the schema.", "BAD_REQUEST"
)

# -- fields -----------------------------------------------------------------------------------------------
UNDEFINED_FIELD = Text(
    "Field '{fieldName}' doesn't exist on type '{typeName}'", "undefinedField", ("typeName", "fieldName")
)
SELECTIONS_MISSING = Text(
    "Field must have selections ({nodeName} returns {typeName} but has no selections. "
    "Did you mean '{name} {{ ... }}'?)",
    "selectionMismatch",
    ("nodeName", "typeName"),
)
SELECTIONS_ON_LEAF = Text(
    "Selections can't be made on {kind} ({nodeName} returns {typeName} but has selections [{selections}])",
    "selectionMismatch",
    ("nodeName", "typeName"),
)  # unrecorded
SELECTIONS_ON_UNION = Text(
    "Selections can't be made directly on unions (see selections on {typeName})",
    "selectionMismatch",
    ("nodeName", "typeName"),
)  # unrecorded
FIELD_CONFLICT = Text(
    "Field '{fieldName}' has a field conflict: {conflicts}?", "fieldConflict", ("fieldName", "conflicts")
)  # unrecorded
ARGUMENT_CONFLICT = Text(
    "Field '{fieldName}' has an argument conflict: {conflicts}?", "fieldConflict", ("fieldName", "conflicts")
)  # unrecorded
RETURN_TYPE_CONFLICT = Text(
    "Field '{fieldName}' has a return_type conflict: {conflicts}?",
    "fieldConflict",
    ("fieldName", "conflicts"),
)  # unrecorded

# -- arguments --------------------------------------------------------------------------------------------
ARGUMENT_NOT_ACCEPTED = Text(
    "{typeName} '{name}' doesn't accept argument '{argumentName}'",
    "argumentNotAccepted",
    ("name", "typeName", "argumentName"),
)
ARGUMENTS_MISSING = Text(
    "{className} '{name}' is missing required arguments: {arguments}",
    "missingRequiredArguments",
    ("className", "name", "arguments"),
)
INPUT_FIELD_MISSING = Text(
    "Argument '{argumentName}' on InputObject '{inputObjectType}' is required. Expected type {argumentType}",
    "missingRequiredInputObjectAttribute",
    ("argumentName", "argumentType", "inputObjectType"),
)
LITERAL_INCOMPATIBLE = Text(
    "Argument '{argumentName}' on {typeName} '{name}' has an invalid value ({value}). Expected type '{type}'.",
    "argumentLiteralsIncompatible",
    ("typeName", "argumentName"),
)
LITERAL_NOT_COERCED = Text("{problem}", "argumentLiteralsIncompatible", ("typeName",))
ARGUMENT_TWICE = Text('There can be only one argument named "{name}"', "argumentNotUnique", ("name",))  # unrecorded
INPUT_FIELD_TWICE = Text(
    'There can be only one input field named "{name}"', "inputFieldNotUnique", ("name",)
)  # unrecorded
ONE_OF = Text(
    "OneOf Input Object '{inputObjectType}' must specify exactly one key.",
    "invalidOneOfInputObject",
    ("inputObjectType",),
)

# -- directives -------------------------------------------------------------------------------------------
UNDEFINED_DIRECTIVE = Text("Directive @{directiveName} is not defined", "undefinedDirective", ("directiveName",))
DIRECTIVE_MISPLACED = Text(
    "'@{name}' can't be applied to {targetName} (allowed: {allowed})",
    "directiveCannotBeApplied",
    ("targetName", "name"),
)  # unrecorded
DIRECTIVE_TWICE = Text(
    'The directive "{directiveName}" can only be used once at this location.',
    "directiveNotUniqueForLocation",
    ("directiveName",),
)  # unrecorded

# -- fragments --------------------------------------------------------------------------------------------
UNDEFINED_TYPE = Text("No such type {typeName}, so it can't be a fragment condition", "undefinedType", ("typeName",))
FRAGMENT_ON_LEAF = Text(
    "Invalid fragment on type {typeName} (must be Union, Interface or Object)",
    "fragmentOnNonCompositeType",
    ("typeName",),
)  # unrecorded
FRAGMENT_NAME_TAKEN = Text(
    'Fragment name "{fragmentName}" must be unique', "fragmentNotUnique", ("fragmentName",)
)  # unrecorded
FRAGMENT_CYCLE = Text(
    "Fragment {fragmentName} contains an infinite loop", "infiniteLoop", ("fragmentName",)
)  # unrecorded
FRAGMENT_UNUSED = Text(
    "Fragment {fragmentName} was defined, but not used", "useAndDefineFragment", ("fragmentName",)
)  # unrecorded
FRAGMENT_UNDEFINED = Text(
    "Fragment {fragmentName} was used, but not defined", "useAndDefineFragment", ("fragmentName",)
)  # unrecorded
FRAGMENT_IMPOSSIBLE = Text(
    "Fragment{named} on {typeName} can't be spread inside {parentName}",
    "cannotSpreadFragment",
    ("typeName", "fragmentName", "parentName"),
)  # unrecorded

# -- variables --------------------------------------------------------------------------------------------
VARIABLE_UNUSED = Text(
    "Variable ${variableName} is declared by {operation} but not used", "variableNotUsed", ("variableName",)
)
VARIABLE_UNDEFINED = Text(
    "Variable ${variableName} is used by {operation} but not declared",
    "variableNotDefined",
    ("variableName",),
)  # unrecorded
VARIABLE_TWICE = Text(
    'There can only be one variable named "{variableName}"', "variableNotUnique", ("variableName",)
)  # unrecorded
VARIABLE_TYPE_UNDEFINED = Text(
    "{typeName} isn't a defined input type (on ${variableName})",
    "variableRequiresValidType",
    ("typeName", "variableName"),
)  # unrecorded
VARIABLE_TYPE_NOT_INPUT = Text(
    "{typeName} isn't a valid input type (on ${variableName})",
    "variableRequiresValidType",
    ("typeName", "variableName"),
)  # unrecorded
VARIABLE_DEFAULT = Text(
    "Default value for ${variableName} doesn't match type {typeName}",
    "defaultValueInvalidType",
    ("variableName", "typeName"),
)  # unrecorded
VARIABLE_MISMATCH = Text(
    "{errorMessage} on variable ${variableName} and argument {argumentName} ({typeName} / {expected})",
    "variableMismatch",
    ("variableName", "typeName", "argumentName", "errorMessage"),
)  # unrecorded
VARIABLE_INVALID = Text(
    "Variable ${variableName} of type {typeName} was provided invalid value{problems}", "INVALID_VARIABLE"
)

# -- values: explanations in INVALID_VARIABLE, and messages for literals that cannot be coerced --------------
NULL_VALUE = Text("Expected value to not be null")
NOT_ONE_OF = Text("Expected {value} to be one of: {allowed}")
NOT_AN_OBJECT = Text("Expected {value} to be a key-value object.")  # unrecorded
UNDEFINED_INPUT_FIELD = Text("Field is not defined on {typeName}")
NOT_COERCED = Text("Could not coerce value {value} to {typeName}")
ONE_OF_COUNT = Text("'{typeName}' requires exactly one argument, but {count} were provided.")
ONE_OF_NULL = Text("'{typeName}' requires exactly one argument, but '{name}' was `null`.")  # unrecorded
INVALID_GLOBAL_ID = Text("Invalid global id '{value}'")
INVALID_DATE_TIME = Text("invalid DateTime '{value}'")
INVALID_DECIMAL = Text("invalid decimal '{value}'")
INVALID_ARN = Text("Invalid ARN '{value}'")
URL_WITHOUT_SCHEME = Text("Invalid url '{value}', missing scheme")
URL_WITHOUT_HOST = Text("Invalid url '{value}', missing host")
UNSIGNED_OUT_OF_RANGE = Text("UnsignedInt64 '{value}' is out of range")
UNSIGNED_INVALID = Text("UnsignedInt64 invalid value '{value}'")

# -- execution --------------------------------------------------------------------------------------------
FIRST_OR_LAST_REQUIRED = Text("you must provide one of first or last", "BAD_REQUEST")
FIRST_AND_LAST = Text("providing both first and last is not supported", "BAD_REQUEST")
NULL_ARGUMENT = Text(
    "`null` is not a valid input for `{type}`, please provide a value for this argument.", "BAD_REQUEST"
)  # unrecorded
SEARCH_REFUSED = Text("{problem}", "BAD_REQUEST")  # unrecorded
PAGE_NEGATIVE = Text("{argument} cannot be less than 0", "BAD_REQUEST")  # unrecorded
PAGE_TOO_LARGE = Text("{argument} cannot exceed {limit}", "BAD_REQUEST")  # unrecorded
MALFORMED_CURSOR = Text("Malformed cursor", "BAD_REQUEST")
INVALID_TIMESTAMP = Text("Invalid timestamp for query filter `{field}`.", "BAD_REQUEST")
INVALID_ID = Text("Invalid id: {id}", "RESOURCE_NOT_FOUND")
INPUT_TOO_LONG = Text(
    "The input array size of {size} is greater than the maximum allowed of {limit}.",
    "MAX_INPUT_SIZE_EXCEEDED",
)
# The first three are documented as values of userErrors.code; the fourth and the fifth are ours.
IDEMPOTENCY_KEY_MISMATCH = Text(
    "The same idempotency key cannot be used with different operation parameters.",
    "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
)
IDEMPOTENCY_CONCURRENT = Text(
    "This request is currently in progress, please try again.", "IDEMPOTENCY_CONCURRENT_REQUEST"
)
IDEMPOTENCY_PREVIOUS_FAILED = Text(
    "A previous request with this idempotency key failed. Retry with a new idempotency key.",
    "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED",
)
IDEMPOTENCY_KEY_BLANK = Text("The idempotency key is blank. Use a unique text, for example a UUID.", "BAD_REQUEST")
IDEMPOTENCY_KEY_TOO_LONG = Text("The idempotency key has {length} characters; the maximum is {limit}.", "BAD_REQUEST")
INTERNAL = Text(
    "Internal error. Looks like something went wrong on our end.\n"
    "Request ID: {requestId} (include this in support requests).",
    "INTERNAL_SERVER_ERROR",
)
ACCESS_DENIED = Text(
    "Access denied for {field} field. Required access: {requiredAccess}",
    "ACCESS_DENIED",
    ("documentation", "requiredAccess"),
)
OBJECT_NOT_APPROVED = Text(
    "This app is not approved to access the {object} object. See {documentation} for more details.",
    "ACCESS_DENIED",
    ("documentation",),
)
FIELD_NOT_APPROVED = Text(
    "This app is not approved to use the {field} field. See {documentation} for more details.",
    "ACCESS_DENIED",
    ("documentation",),
)
THROTTLED = Text("Throttled", "THROTTLED", ("documentation",))
MAX_COST_EXCEEDED = Text(
    "Query cost is {cost}, which exceeds the single query max cost limit ({maxCost}).\n\n"
    "See https://shopify.dev/concepts/about-apis/rate-limits for more information on how the\n"
    "cost of a query is calculated.\n\n"
    "To query larger amounts of data with fewer limits, bulk operations should be used instead.\n"
    "See https://shopify.dev/tutorials/perform-bulk-operations-with-admin-api for usage details.\n",
    "MAX_COST_EXCEEDED",
    ("cost", "maxCost", "documentation"),
)

# -- pages that errors link to ----------------------------------------------------------------------------
ACCESS_SCOPES_PAGE = "https://shopify.dev/api/usage/access-scopes"
PROTECTED_DATA_PAGE = "https://shopify.dev/docs/apps/launch/protected-customer-data"
RATE_LIMITS_PAGE = "https://shopify.dev/api/usage/rate-limits"
COST_PAGE = "https://shopify.dev/api/usage/limits#rate-limits"
