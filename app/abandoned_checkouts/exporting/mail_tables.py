"""The tables of mails for the warehouse: sent mails, issued codes, bounces and blocked addresses."""

from abandoned_checkouts.exporting.table_schema import Column, Table, columns_of

EMAIL_HASH_TEXT = "Keyed hash of the e-mail address. `erasure` names erased people by it."
_ADDRESS_KEY = (
    "Keyed hash of the address within the shop: the same in `sent_mail`, `mail_bounce` and `blocked_address`."
)
SENT_MAIL = Table(
    "sent_mail",
    "One row per mail that was sent to a buyer, without its text. An erasure empties the address and the subject.",
    ("id",),
    (
        *columns_of(
            "mail",
            ("id", "text", "Id of the mail, the first part of its Message-ID."),
            ("checkout_id", "integer", "`id` of the abandoned checkout."),
            ("flow_id", "integer", "Number of the flow; 0 for a mail that a person sent."),
            ("position", "integer", "Number of the step in the flow."),
            ("sent_at", "timestamp", "When it was sent."),
            ("recipient", "text", "E-mail address of the recipient."),
        ),
        Column("email_hash", "text", "hashes.email", EMAIL_HASH_TEXT),
        Column("address_key", "text", "mail.recipient_key", _ADDRESS_KEY),
        *columns_of(
            "mail",
            ("subject", "text", "Subject."),
            ("locale", "text", "Language of the mail."),
            ("opens", "integer", "How often its image was loaded; only in shops with `open_tracking`."),
            ("opened_at", "timestamp", "When its image was last loaded."),
        ),
    ),
)
ISSUED_CODE = Table(
    "issued_code",
    "One row per discount code that a flow issued. Rows are kept for 400 days, and deleted by an erasure.",
    ("id",),
    (
        Column("id", "text", "code.step_id", "Id of the step that issued it."),
        *columns_of(
            "code",
            ("flow_id", "integer", "Number of the flow."),
            ("checkout_id", "integer", "`id` of the abandoned checkout."),
            ("customer_id", "integer", "`id` of the customer."),
            ("code", "text", "The discount code."),
            ("issued_at", "timestamp", "When it was issued."),
        ),
    ),
)
MAIL_BOUNCE = Table(
    "mail_bounce",
    "One row per bounce or complaint of a mail provider. Rows are kept for 400 days, and deleted by an erasure.",
    ("id",),
    (
        Column("id", "text", "bounce.event_key", "The provider and its id of the event."),
        Column("address_key", "text", "bounce.recipient_key", _ADDRESS_KEY),
        *columns_of(
            "bounce",
            ("mail_id", "text", "`id` of the mail, if a flow sent it."),
            ("checkout_id", "integer", "`id` of the abandoned checkout."),
            ("kind", "text", "`hard_bounce`, `soft_bounce` or `complaint`."),
            ("provider", "text", "Mail provider."),
            ("reason", "text", "Text of the provider."),
            ("happened_at", "timestamp", "When it happened."),
        ),
    ),
)
BLOCKED_ADDRESS = Table(
    "blocked_address",
    "One row per address that receives no mail any more. Rows are kept permanently; an erasure empties the reason.",
    ("address_key",),
    (
        Column("address_key", "text", "blocked.recipient_key", _ADDRESS_KEY),
        *columns_of(
            "blocked",
            ("kind", "text", "`hard_bounce`, `soft_bounce` or `complaint`."),
            ("reason", "text", "Text of the provider."),
            ("created_at", "timestamp", "When it was blocked."),
        ),
    ),
)
