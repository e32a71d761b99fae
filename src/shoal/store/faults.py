"""Whose fault it is when a chunk fails.

    issue     its own values         that issue fails, and is named: chunks are halved until it is found
    crowded   in each other's way    tried again later, in smaller chunks
    passing   the database's         tried again later
    ours      anything else          the operation is paused, with an error in the log; resuming goes on

What is not known is ours, never an issue's.
"""

from __future__ import annotations

from enum import Enum, auto

from psycopg import DataError, Error, IntegrityError, OperationalError, errors

from shoal.domain import problems
from shoal.domain.errors import ShoalError, Unavailable
from shoal.domain.problems import Problem, problem


class Overtaken(Exception):
    """Somebody else has done this chunk, or ended the operation, in the meantime."""


class WorkerLost(Exception):
    """The worker died in this chunk, or was frozen, or cut off."""

    def __init__(self) -> None:
        super().__init__("its worker was lost")


class Spoiled(Exception):
    """The values of one issue among several spoil the statement for all; in smaller chunks it is found."""


class Fault(Enum):
    ISSUE = auto()
    CROWDED = auto()
    PASSING = auto()
    OURS = auto()


CROWDED = (errors.LockNotAvailable, errors.QueryCanceled, errors.DeadlockDetected, errors.OutOfMemory)
PASSING_BY_NAME = (
    Unavailable,
    Overtaken,
    WorkerLost,
    errors.ReadOnlySqlTransaction,
    errors.IdleInTransactionSessionTimeout,
)
ISSUE = (DataError, IntegrityError, errors.ProgramLimitExceeded, ShoalError)
"""What the values of one issue can cause."""


def problem_of(error: Exception) -> Problem:
    """What the database, or the domain, has against the values of an issue."""
    if isinstance(error, ShoalError):
        return error.problems[0]
    told = error.diag.message_primary if isinstance(error, Error) else None
    return problem(problems.INVALID, reason=told or "the database refused the value")


def of(error: BaseException) -> Fault:
    if isinstance(error, CROWDED):
        return Fault.CROWDED
    if isinstance(error, PASSING_BY_NAME):
        return Fault.PASSING
    if isinstance(error, ISSUE):
        return Fault.ISSUE
    return Fault.PASSING if isinstance(error, OperationalError) else Fault.OURS
