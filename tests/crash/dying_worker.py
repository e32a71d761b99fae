"""A worker that sends itself a signal at the given step.

    python -m tests.crash.dying_worker URL STEP COUNT SIGNAL

is hit by SIGNAL (KILL, STOP, TERM) when STEP comes for the COUNT-th time. With STEP `never` it is an ordinary worker.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from shoal.engine.worker import Worker


def hit_at(url: str, step: str, count: int, blow: signal.Signals) -> Worker:
    left = count

    async def on_step(name: str) -> None:
        nonlocal left
        left -= name == step
        if left == 0:
            os.kill(os.getpid(), blow)

    return Worker(url, on_step=on_step)


if __name__ == "__main__":
    url, step, count, blow = sys.argv[1:]
    asyncio.run(hit_at(url, step, int(count), signal.Signals[f"SIG{blow}"]).run())
