"""Whose fault it is when a chunk fails."""

from __future__ import annotations

import pytest
from psycopg import InterfaceError, OperationalError, errors

from shoal.domain.errors import Invalid, Unavailable
from shoal.store import faults
from shoal.store.faults import Fault


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (errors.NumericValueOutOfRange(), Fault.ISSUE),
        (errors.CheckViolation(), Fault.ISSUE),
        (errors.UniqueViolation(), Fault.ISSUE),
        (errors.ProgramLimitExceeded(), Fault.ISSUE),
        (Invalid("required", "tags"), Fault.ISSUE),
        (errors.LockNotAvailable(), Fault.CROWDED),
        (errors.QueryCanceled(), Fault.CROWDED),
        (errors.DeadlockDetected(), Fault.CROWDED),
        (errors.OutOfMemory(), Fault.CROWDED),
        (errors.SerializationFailure(), Fault.PASSING),
        (errors.AdminShutdown(), Fault.PASSING),
        (errors.CannotConnectNow(), Fault.PASSING),
        (errors.TooManyConnections(), Fault.PASSING),
        (errors.DiskFull(), Fault.PASSING),
        (errors.ReadOnlySqlTransaction(), Fault.PASSING),
        (OperationalError("the connection is lost"), Fault.PASSING),
        (Unavailable(), Fault.PASSING),
        (faults.Overtaken(), Fault.PASSING),
        (faults.WorkerLost(), Fault.PASSING),
        (errors.UndefinedColumn(), Fault.OURS),
        (errors.SyntaxError(), Fault.OURS),
        (errors.InsufficientPrivilege(), Fault.OURS),
        (InterfaceError(), Fault.OURS),
        (ZeroDivisionError(), Fault.OURS),
        (AssertionError(), Fault.OURS),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Exception) else one.name,
)
def test_every_error_is_somebodys_fault_and_the_unknown_is_ours(error: Exception, fault: Fault) -> None:
    assert faults.of(error) is fault
