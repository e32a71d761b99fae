"""How the caller spelt what the domain has a name of its own for: noted while a request is read, told in its errors."""

from __future__ import annotations

from contextvars import ContextVar

_noted: ContextVar[dict[str, str] | None] = ContextVar("spelling", default=None)


def begin() -> None:
    """Nothing is noted yet of this request."""
    _noted.set({})


def note(name: str, written: str) -> None:
    """The caller wrote this for our name. Outside a request nobody asks for it."""
    if (noted := _noted.get()) is not None:
        noted[name] = written


def of(name: str) -> str | None:
    """What the caller wrote for our name; None if they did not write it."""
    return (_noted.get() or {}).get(name)
