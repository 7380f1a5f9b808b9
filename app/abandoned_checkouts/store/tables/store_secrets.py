"""Values of the whole store, encrypted with the secret key."""

from sqlalchemy import Column, Table, Text

from abandoned_checkouts.store.tables.columns import metadata
from abandoned_checkouts.store.tables.encrypted import secret_words

store_secrets = Table(
    "store_secrets",
    metadata,
    # "derivation": other keys are derived from its value. Decrypting it shows whether a key is the store's.
    # "server_address": the URL at which the store was last served.
    Column("name", Text, primary_key=True),
    secret_words("value"),
)
