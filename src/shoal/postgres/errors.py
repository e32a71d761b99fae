"""What can keep the embedded server from running. The message is a sentence for the operator."""

from __future__ import annotations


class PostgresError(Exception):
    """The embedded PostgreSQL cannot be started."""


class BinariesNotFound(PostgresError):
    """No PostgreSQL 18 is installed where Shoal looks."""


class Locked(PostgresError):
    """Another process owns the directory."""


class Unusable(PostgresError):
    """The data directory cannot be written, cannot be reached or belongs to something else."""


class StartFailed(PostgresError):
    """The server ended before it was ready."""
