"""The search fields of abandoned checkouts. This is the only place that declares them.

The grammar's check, the SQL, completion, the docs and the explorer's hints are made from this table. The first seven
are Shopify's, with the same meaning in all API versions (Shopify: filters of abandonedCheckouts). The extended fields
are additions of this server. Shopify ignores them with a warning, and so does this server unless `extended_search` is
on.
"""

from functools import lru_cache

from abandoned_checkouts.store.search.report_search import COUNTED_VALUES, HOURS
from search_syntax import Field, FieldSet, Kind

SHOPIFY_FIELDS = (
    Field(
        "default",
        Kind.TEXT,
        "Words anywhere in the name, number, e-mail, customer, phone, lines, SKUs and addresses.",
        examples=("Bob Norman",),
    ),
    Field("created_at", Kind.TIME, "When the checkout was started.", examples=("created_at:>2026-10-01",)),
    Field(
        "email_state",
        Kind.ENUM,
        "State of the recovery e-mail.",
        values=("sent", "not_sent", "scheduled", "suppressed"),
        examples=("email_state:not_sent",),
    ),
    Field(
        "id",
        Kind.ID,
        "The checkout's id, or a range of ids.",
        global_id="AbandonedCheckout",
        examples=("id:1234", "id:>=1234", "id:<=1234"),
    ),
    Field(
        "recovery_state",
        Kind.ENUM,
        "Whether the buyer completed the checkout after it was abandoned.",
        values=("recovered", "not_recovered"),
        examples=("recovery_state:not_recovered",),
    ),
    Field(
        "status",
        Kind.ENUM,
        "`closed` if the merchant archived the checkout, else `open`.",
        values=("open", "closed"),
        examples=("status:open",),
    ),
    Field("updated_at", Kind.TIME, "When the checkout last changed.", examples=("updated_at:>='2026-10-01'",)),
)


# A checkout can have several of these, so `product_id:1 product_id:2` can match.
_SEVERAL = frozenset({"product_id", "variant_id", "mailed_at", "visited_at", "skipped_at"})

EXTENDED_FIELDS = tuple(
    Field(
        name,
        kind,
        description,
        examples=(example,),
        extended=True,
        source=source,
        global_id=global_id,
        several=name in _SEVERAL,
    )
    for name, kind, description, example, source, global_id in (
        ("name", Kind.KEYWORD, "The checkout's name, with or without #.", "name:#1001", "", ""),
        ("email", Kind.KEYWORD, "The buyer's e-mail address.", "email:bob@example.com", "", ""),
        ("phone", Kind.KEYWORD, "The buyer's phone number, or its digits.", "phone:15551234567", "", ""),
        ("customer_id", Kind.ID, "The customer's number or global id.", "customer_id:1234", "", "Customer"),
        ("customer_name", Kind.TEXT, "Words of the buyer's name.", "customer_name:norman", "", ""),
        ("total_price", Kind.MONEY, "The total in the shop's currency.", "total_price:>=100", "", ""),
        ("subtotal_price", Kind.MONEY, "The subtotal in the shop's currency.", "subtotal_price:<50", "", ""),
        ("discount_code", Kind.KEYWORD, "A discount code that the buyer entered.", "discount_code:WELCOME10", "", ""),
        ("sku", Kind.KEYWORD, "The SKU of a line.", "sku:TS-*", "", ""),
        ("product_id", Kind.ID, "The product of a line, by number or global id.", "product_id:1234", "", "Product"),
        ("variant_id", Kind.ID, "The variant of a line.", "variant_id:1234", "", "ProductVariant"),
        ("product_title", Kind.TEXT, "Words of a line's title.", "product_title:hoodie", "", ""),
        ("currency", Kind.KEYWORD, "The shop's currency.", "currency:EUR", "", ""),
        (
            "country",
            Kind.KEYWORD,
            "The shipping country, else the billing country: code or name.",
            "country:DE",
            "",
            "",
        ),
        (
            "accepts_marketing",
            Kind.BOOLEAN,
            "Whether the buyer accepted marketing at checkout.",
            "accepts_marketing:true",
            "buyer_accepts_marketing",
            "",
        ),
        ("completed_at", Kind.TIME, "When the buyer completed the checkout.", "completed_at:*", "", ""),
        ("abandoned_at", Kind.TIME, "When the checkout was abandoned.", "abandoned_at:>='2026-10-01'", "", ""),
        (
            "gone_at",
            Kind.TIME,
            "In a copy of a shop: when its source no longer had the checkout.",
            "gone_at:*",
            "",
            "",
        ),
        ("note", Kind.TEXT, "Words of the note.", "note:gift", "", ""),
        ("attribute", Kind.KEYWORD, "A custom attribute: its key, or key=value.", "attribute:gift=yes", "", ""),
        (
            "abandoned_for",
            Kind.AGE,
            "Hours since the checkout was abandoned.",
            "abandoned_for:>=24",
            "abandoned_at",
            "",
        ),
    )
)


# Fields about the counts of reports. Only the lists of the merchant pages and their exports have these fields, because
# a flow decides before it is counted.
REPORT_FIELDS = tuple(
    Field(name, kind, description, values=values, examples=(example,), extended=True, several=name in _SEVERAL)
    for name, kind, description, values, example in (
        (
            "counted_as",
            Kind.ENUM,
            "How reports count the checkout.",
            COUNTED_VALUES,
            "counted_as:by_mail",
        ),
        (
            "abandoned_hour",
            Kind.ENUM,
            "The hour of the abandonment in the shop's time zone, from 0 to 23.",
            HOURS,
            "abandoned_hour:14",
        ),
        ("mailed_at", Kind.TIME, "When a mail about it was sent.", (), "mailed_at:>='2026-10-01'"),
        (
            "mailed_step",
            Kind.KEYWORD,
            "The step of a flow that sent a mail: the flow's number, and the place of the step from 0.",
            (),
            "mailed_step:12.0",
        ),
        (
            "recovered_step",
            Kind.KEYWORD,
            "The step of a flow whose mail was the last before the purchase.",
            (),
            "recovered_step:12.0",
        ),
        ("visited_at", Kind.TIME, "When the buyer opened the recovery link.", (), "visited_at:>='2026-10-01'"),
        (
            "visited_step",
            Kind.KEYWORD,
            "The step of a flow whose mail was the last before a visit by the recovery link.",
            (),
            "visited_step:12.0",
        ),
        ("skipped_at", Kind.TIME, "When a step of a flow was skipped.", (), "skipped_at:>='2026-10-01'"),
        (
            "skipped_reason",
            Kind.KEYWORD,
            "Why a step of a flow was skipped.",
            (),
            'skipped_reason:"the buyer unsubscribed"',
        ),
        ("skipped_step", Kind.KEYWORD, "The step of a flow that was skipped.", (), "skipped_step:12.0"),
        (
            "flow_group",
            Kind.KEYWORD,
            "The group of the buyer in a flow: the flow's number, and mailed or held_out.",
            (),
            "flow_group:12.held_out",
        ),
    )
)


@lru_cache(maxsize=64)
def checkout_fields(
    *, extended: bool = False, withheld: frozenset[str] = frozenset(), reports: bool = False
) -> FieldSet:
    """The fields that a search can use. `extended` adds this server's own fields, and `reports` those of REPORT_FIELDS.
    The fields in `withheld` are left out, because their values are data that the caller may not read, and the caller
    could find them out by many searches."""
    declared = (*SHOPIFY_FIELDS, *EXTENDED_FIELDS, *(REPORT_FIELDS if reports else ()))
    kept = (field for field in declared if field.name not in withheld)
    return FieldSet(kept, extended=extended, switch="Set ABANDONED_CHECKOUTS_EXTENDED_SEARCH=true to search it.")
