"""Signals of a process that keeps others: held back, and taken where it waits.

Nothing is interrupted halfway then: a request to stop is seen between two steps, never inside one.
"""

from __future__ import annotations

import signal

STOP = frozenset({signal.SIGTERM, signal.SIGINT})


class Stop(BaseException):
    """Somebody asked this process to end."""


class Signals:
    """Holds the signals back from `hold` on."""

    def hold(self) -> None:
        self._stop = set(STOP)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup: the terminal may go, we stay
            self._stop.add(signal.SIGHUP)
        self._awaited = {*self._stop, signal.SIGCHLD}
        signal.pthread_sigmask(signal.SIG_BLOCK, self._awaited)

    def pause(self, seconds: float) -> None:
        """Waits, but not longer than until a child ends. Raises Stop when asked to end."""
        if (taken := signal.sigtimedwait(self._awaited, seconds)) and taken.si_signo in self._stop:
            raise Stop
