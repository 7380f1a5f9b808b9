"""The actor of the current request or command, for the audit log."""

from contextvars import ContextVar

# "app 5", "user 42 of app 5", "command line (alice)".
actor: ContextVar[str] = ContextVar("actor", default="server")
