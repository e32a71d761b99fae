"""A worker that works on nothing until it is stopped, but beats. Light, for every test here starts one."""

from __future__ import annotations

import signal

from shoal.cli import heartbeat

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
print("worker began")
while not signal.sigtimedwait({signal.SIGTERM}, 0.2):
    heartbeat.beat()
print("worker ended")
