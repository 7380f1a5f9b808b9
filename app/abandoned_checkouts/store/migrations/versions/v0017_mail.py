"""Mails that are handed over, opened mails, bounces, and addresses that receive no mail any more."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, Text

from abandoned_checkouts.store.engine.migration_steps import NewIndex, run_steps

revision = "0017"
down_revision = "0016"


def _add_columns() -> None:
    op.add_column("flow_steps", Column("handed_at", BigInteger, nullable=True))
    op.add_column("flow_mails", Column("opens", Integer, nullable=False, server_default="0"))
    op.add_column("flow_mails", Column("opened_at", BigInteger, nullable=True))


def _create_tables() -> None:
    op.create_table(
        "mail_bounces",
        Column("shop_id", BigInteger, nullable=False, autoincrement=False),
        Column("event_key", Text, nullable=False),
        Column("recipient_key", Text, nullable=False),
        Column("mail_id", Text, nullable=True),
        Column("checkout_id", BigInteger, nullable=True),
        Column("kind", Text, nullable=False),
        Column("provider", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("happened_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("shop_id", "event_key", name="pk_mail_bounces"),
    )
    op.create_index("ix_mail_bounces_by_checkout", "mail_bounces", ["shop_id", "checkout_id"])
    op.create_index("ix_mail_bounces_by_recipient", "mail_bounces", ["shop_id", "recipient_key"])
    op.create_index("ix_mail_bounces_by_happened_at", "mail_bounces", ["happened_at"])
    op.create_table(
        "blocked_addresses",
        Column("shop_id", BigInteger, nullable=False, autoincrement=False),
        Column("recipient_key", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("shop_id", "recipient_key", name="pk_blocked_addresses"),
    )


STEPS = (
    _add_columns,
    NewIndex("ix_flow_mails_by_recipient", "flow_mails", ("shop_id", "recipient_key", "sent_at")),
    _create_tables,
)


def upgrade() -> None:
    run_steps(STEPS)


def downgrade() -> None:
    op.drop_table("blocked_addresses")
    op.drop_table("mail_bounces")
    op.drop_index("ix_flow_mails_by_recipient", "flow_mails")
    op.drop_column("flow_mails", "opened_at")
    op.drop_column("flow_mails", "opens")
    op.drop_column("flow_steps", "handed_at")
