"""The fields by which abandoned checkouts can be searched, each said once.

The grammar's check, the SQL, completion, the docs and the explorer's hints are made from this table. The first seven
are Shopify's own, with its meanings (shopify-admin facts, "query filter tables").
"""

from functools import lru_cache

from search_syntax import Field, FieldSet, Kind

CHECKOUT_FIELDS = (
    Field(
        "default",
        Kind.TEXT,
        "Words anywhere in the name, number, e-mail, customer, phone, lines, SKUs and addresses.",
        examples=("Bob Norman",),
    ),
    Field("created_at", Kind.TIME, "When the checkout began.", examples=("created_at:>2026-10-01",)),
    Field(
        "email_state",
        Kind.ENUM,
        "What became of the mail that calls the buyer back.",
        values=("sent", "not_sent", "scheduled", "suppressed"),
        examples=("email_state:not_sent",),
    ),
    Field(
        "id",
        Kind.ID,
        "The checkout's number, or a range of numbers.",
        global_id="AbandonedCheckout",
        examples=("id:1234", "id:>=1234", "id:<=1234"),
    ),
    Field(
        "recovery_state",
        Kind.ENUM,
        "Whether the buyer came back and bought.",
        values=("recovered", "not_recovered"),
        examples=("recovery_state:not_recovered",),
    ),
    Field(
        "status",
        Kind.ENUM,
        "Whether the merchant has put the checkout away.",
        values=("open", "closed"),
        examples=("status:open",),
    ),
    Field("updated_at", Kind.TIME, "When the checkout last changed.", examples=("updated_at:>='2026-10-01'",)),
)


@lru_cache(maxsize=2)
def checkout_fields(*, extended: bool = False) -> FieldSet:
    """What may be searched; the extended fields are this server's own and off unless asked for."""
    return FieldSet(CHECKOUT_FIELDS, extended=extended)
