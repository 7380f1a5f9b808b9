"""structlog, imported without rich, which takes longer to import than all of structlog.

structlog imports rich, if it is installed, to show errors with the values of local variables. This server never logs
those values.
"""

import sys

if "rich" in sys.modules:
    import structlog
else:
    # Python treats a module that is None as one that is not installed.
    sys.modules["rich"] = None  # type: ignore[assignment]
    try:
        import structlog
    finally:
        del sys.modules["rich"]

__all__ = ["structlog"]
