"""Flows, their waiting and finished steps, sent mails, and unsubscribed addresses."""

from sqlalchemy import Column, Index, Table, Text

from abandoned_checkouts.store.tables.columns import (
    amount,
    flag,
    json_text,
    key,
    metadata,
    moment,
    number,
    partial_index,
    serial,
    shop_key,
    small_number,
    words,
)

flows = Table(
    "flows",
    metadata,
    shop_key(),
    key(),
    words("name"),
    flag("is_active"),
    # The flow as its author wrote it, as JSON (see automations/flow).
    json_text("definition", default="{}"),
    # The numbers of its steps, which stay when it is edited (see automations/number_steps). Null: they count from 0.
    json_text("step_numbers"),
    moment("created_at"),
    moment("updated_at"),
    # The app that saved it last. Its approvals decide which personal data notifications contain. Null is the merchant.
    number("owner_id", optional=True),
    Index("uq_flows_name", "shop_id", "name", unique=True),
)

flow_steps = Table(
    "flow_steps",
    metadata,
    shop_key(),
    serial(),
    number("flow_id"),
    number("checkout_id"),
    # The number of the step in its flow (see automations/number_steps).
    small_number("position"),
    # send_email | send_notification | create_task | apply_discount | if | wait
    words("action"),
    # waiting | done | failed | skipped | cancelled
    words("state"),
    # When it is due, if it is waiting. A worker that claims it moves this to the end of its lease.
    moment("due_at"),
    words("claim", optional=True),
    small_number("attempts", default=0),
    # The same for all attempts, so that a receiver recognizes a repeated mail or notification.
    words("message_id"),
    moment("created_at"),
    moment("finished_at", optional=True),
    # When its mail was handed to the mail server, if the server's answer is not stored yet.
    moment("handed_at", optional=True),
    words("reason", optional=True),
    # Activities of a checkout that is not abandoned yet, and therefore has no log yet.
    json_text("unlogged"),
    partial_index("ix_flow_steps_due", "due_at", "id", where="state = 'waiting'"),
    partial_index("ix_flow_steps_due_in_shop", "shop_id", "due_at", "id", where="state = 'waiting'"),
    Index("ix_flow_steps_by_checkout", "shop_id", "checkout_id", "id"),
)

flow_mails = Table(
    "flow_mails",
    metadata,
    shop_key(),
    Column("id", Text, primary_key=True),
    number("checkout_id"),
    number("flow_id"),
    small_number("position"),
    moment("sent_at"),
    # Identifies the address also after its erasure, so that its owner can still unsubscribe (see privacy/unsubscribed).
    words("recipient_key"),
    words("recipient"),
    words("sender"),
    words("subject"),
    words("html"),
    words("plain"),
    words("locale", optional=True),
    # How often its image was loaded, and when last; only in shops with open_tracking.
    small_number("opens", default=0),
    moment("opened_at", optional=True),
    Index("ix_flow_mails_by_checkout", "shop_id", "checkout_id", "sent_at"),
    Index("ix_flow_mails_by_recipient", "shop_id", "recipient_key", "sent_at"),
)

# The people whom a flow mailed, or would have mailed if they were not held out, with the time of the first mail.
flow_people = Table(
    "flow_people",
    metadata,
    shop_key(),
    key("flow_id"),
    # A keyed hash of the person (see automations/holdout). An erasure replaces it by a random one.
    Column("person_key", Text, primary_key=True),
    # By which the person's purchases are found.
    number("customer_id", optional=True),
    flag("is_held_out"),
    # The hold-out of the flow at that time, in tenths of a percent; 0 without one.
    small_number("share", default=0),
    moment("entered_at"),
    # In the shop's attribution window.
    number("purchases", default=0),
    amount("spent"),
    Index("ix_flow_people_by_customer", "shop_id", "customer_id"),
    Index("ix_flow_people_by_entered_at", "entered_at"),
)

unsubscribed = Table(
    "unsubscribed",
    metadata,
    shop_key(),
    Column("recipient_key", Text, primary_key=True),
    moment("created_at"),
)

merchant_tasks = Table(
    "merchant_tasks",
    metadata,
    shop_key(),
    key(),
    number("checkout_id"),
    words("title"),
    moment("created_at"),
    # The e-mail address of the person who does it.
    words("assignee", optional=True),
    moment("done_at", optional=True),
    words("done_by", optional=True),
    small_number("version", default=1),
    Index("ix_merchant_tasks_by_checkout", "shop_id", "checkout_id"),
    Index("ix_merchant_tasks_by_done_at", "shop_id", "done_at", "id"),
)

recovery_discounts = Table(
    "recovery_discounts",
    metadata,
    shop_key(),
    key("checkout_id"),
    words("code"),
    moment("created_at"),
    # From then on, the recovery link does not apply it.
    moment("expires_at", optional=True),
)

# The codes of the lists that a shop uploaded. They say nothing about people, and are kept so that a code that is
# uploaded again is not issued again.
discount_codes = Table(
    "discount_codes",
    metadata,
    shop_key(),
    Column("code", Text, primary_key=True),
    words("list_name"),
    moment("added_at"),
    moment("expires_at", optional=True),
    moment("issued_at", optional=True),
    Index("ix_discount_codes_by_list", "shop_id", "list_name", "issued_at"),
)

# The people who got a code. They get no second one for some time.
issued_codes = Table(
    "issued_codes",
    metadata,
    shop_key(),
    # The message id of the step.
    Column("step_id", Text, primary_key=True),
    number("flow_id"),
    number("checkout_id"),
    # A keyed hash of the person (see automations/holdout), and one of their customer numbers.
    words("person_key"),
    number("customer_id", optional=True),
    words("code"),
    moment("issued_at"),
    Index("ix_issued_codes_by_person", "shop_id", "person_key"),
    Index("ix_issued_codes_by_customer", "shop_id", "customer_id"),
    Index("ix_issued_codes_by_issued_at", "issued_at"),
)

# Products that the shop reported as sold out: product/NUMBER, variant/NUMBER or sku/TEXT.
sold_out = Table(
    "sold_out",
    metadata,
    shop_key(),
    Column("item", Text, primary_key=True),
    moment("reported_at"),
)
