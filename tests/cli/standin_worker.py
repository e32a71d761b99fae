"""A worker that works on nothing until it is stopped. Light, for every test here starts one."""

from __future__ import annotations

import signal

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
print("worker began")
signal.sigwait({signal.SIGTERM})
print("worker ended")
