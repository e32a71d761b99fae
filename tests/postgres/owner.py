"""A process that owns an embedded server until it is stopped, as `shoal serve` does."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from shoal.postgres import Postgres, PostgresError


def main(folder: str) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    postgres = Postgres(Path(folder), say=print)
    try:
        postgres.start()
    except PostgresError as error:
        sys.exit(f"refused: {error}")
    print(f"ready {postgres.pid} {postgres.url}")
    signal.sigwait({signal.SIGTERM})
    postgres.stop()


main(*sys.argv[1:])
