"""Changes the secret key of a store."""

from abandoned_checkouts.store.engine.audit_log import OF_STORE, AuditAction, record
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.encrypted_rows import encrypt_again
from abandoned_checkouts.store.engine.rewrite import rewrite
from abandoned_checkouts.store.engine.secret_key import (
    HOW_TO_GENERATE,
    VARIABLE,
    SecretKeyError,
    new_key,
    write_key_file,
)


async def rotate_key(database: Database, now: int) -> int:
    """Encrypt every secret with the first of two keys. Returns the number of secrets. Raises SecretKeyError.

    If the key is in a file, a new key is generated. The file has both keys until all secrets are written, so the store
    can be opened even after an interruption.
    """
    key, file = database.secret_key, database.secret_key.file
    if file is not None:
        key = key.preceded_by(new_key())
        write_key_file(file, key.keys)
        database.use_key(key)
    elif len(key.keys) == 1:
        raise SecretKeyError(f"{VARIABLE} has one key; set it to NEW,OLD for this command: {HOW_TO_GENERATE}")
    async with database.begin() as connection:
        count = await connection.run_sync(encrypt_again)
        await record(connection, OF_STORE, AuditAction.KEY_CHANGED, f"{count} secrets", now)
    async with database.alone() as execute:
        await rewrite(execute, is_sqlite=database.is_sqlite)
    if file is not None:
        write_key_file(file, key.keys[:1])
    return count
