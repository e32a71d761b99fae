"""The API's process, which kills itself at a step of a request with an idempotency key.

    python -m tests.crash.dying_api STEP

STEP is `kept`: all is written, and nothing committed; or `committed`: nothing is answered yet. With `never` it is an
ordinary API.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from shoal.actions import idempotency
from shoal.cli import api


def die_after(module: Any, name: str) -> None:
    """The function does what it does; and that is the last thing that this process does."""
    function = getattr(module, name)

    async def last(*args: Any, **kwargs: Any) -> None:
        await function(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(module, name, last)


if __name__ == "__main__":
    match sys.argv[1]:
        case "kept":
            die_after(idempotency.store, "keep")
        case "committed":
            die_after(idempotency, "once")
    api.main()
