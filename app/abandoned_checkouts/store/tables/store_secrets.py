"""Values that belong to the store and not to a shop, encrypted with the secret key."""

from sqlalchemy import Column, Table, Text

from abandoned_checkouts.store.tables.columns import metadata
from abandoned_checkouts.store.tables.encrypted import secret_words

store_secrets = Table(
    "store_secrets",
    metadata,
    # "derivation": a random value from which other keys are derived. A key that decrypts it is the key of the store.
    # "server_address": the URL of the last server of the store.
    Column("name", Text, primary_key=True),
    secret_words("value"),
)
