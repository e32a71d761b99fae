"""The pool, the transaction, and how a broken constraint becomes a domain error."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from typing import Any, LiteralString, Self, TypeVar

import msgspec
import structlog
from psycopg import AsyncConnection, DataError, OperationalError, ProgrammingError, errors
from psycopg.rows import dict_row, tuple_row
from psycopg.sql import SQL, Composed
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from shoal.domain.errors import Busy, Conflict, Invalid, ShoalError, TooSlow, Unavailable
from shoal.store import wall

log = structlog.get_logger()

Row = TypeVar("Row")
Statement = LiteralString | SQL | Composed
Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a pool is for: how long, in seconds, its transactions may wait for a lock and go on, and whether somebody is
    there to be told that it was too long."""

    lock: float
    statement: float
    transaction: float
    is_interactive: bool

    @property
    def limits(self) -> bytes:
        """The statements that set them; 0 is no limit."""
        limits = {"lock": self.lock, "statement": self.statement, "transaction": self.transaction}
        return "\n".join(f"SET LOCAL {name}_timeout = {it * 1000:.0f};" for name, it in limits.items()).encode()


INTERACTIVE = Purpose(lock=3, statement=8, transaction=10, is_interactive=True)
"""A person, or a client with a time limit of its own, waits for the answer."""
BACKGROUND = Purpose(lock=15, statement=60, transaction=0, is_interactive=False)
"""A rescuer outwaits a frozen worker: its session ends (10 s) before the rescuer gives up on the lock (15 s)."""

# A lost machine is noticed by keepalives, else its row locks would stay for hours.
KEEPALIVES = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}

PATIENCE = 5.0
"""Seconds that a transaction waits for a connection: the embedded database is back in one or two after a kill."""
RETRY_PAUSE = 0.1
SERVER_GONE = (errors.AdminShutdown, errors.CrashShutdown, errors.CannotConnectNow)
IN_EACH_OTHERS_WAY = (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure)
OUT_OF_TIME = (errors.QueryCanceled, errors.TransactionTimeout)

STUCK_AFTER = 1.0
"""Seconds in which no transaction ended, though all connections are taken: a busy database ends hundreds."""


def array(values: Iterable[int]) -> str:
    """An array as PostgreSQL writes it. A driver's list of thousands takes several times as long to bind."""
    return "{" + ",".join(map(str, values)) + "}"


class Transaction:
    """One open transaction of one organisation. `%(org)s` is bound in every statement."""

    def __init__(self, connection: AsyncConnection[Any], org_id: int | None) -> None:
        self.connection = connection
        self.org_id = org_id

    async def rows(self, sql: Statement, params: Params | None = None, *, into: type[Row]) -> list[Row]:
        """All rows, as this class: the columns are its fields, and become values of their types."""
        return msgspec.convert(await self.dicts(sql, params), list[into])  # type: ignore[valid-type]  # known here only

    async def row(self, sql: Statement, params: Params | None = None, *, into: type[Row]) -> Row | None:
        """The first row, as this class."""
        return next(iter(await self.rows(sql, params, into=into)), None)

    async def tuples(self, sql: Statement, params: Params | None = None) -> list[tuple[Any, ...]]:
        """All rows, as they come."""
        return await self._fetch_all(sql, params, tuple_row)

    async def dicts(self, sql: Statement, params: Params | None = None) -> list[dict[str, Any]]:
        """All rows, by column name."""
        return await self._fetch_all(sql, params, dict_row)

    async def value(self, sql: Statement, params: Params | None = None) -> Any:
        """The first column of the first row; None without a row."""
        return next((row[0] for row in await self.tuples(sql, params)), None)

    async def run(self, sql: Statement, params: Params | None = None) -> int:
        """Run a statement that gives no rows; how many it touched."""
        with constraints_explained():
            cursor = await self.connection.execute(sql, self._bind(params))
        return cursor.rowcount

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """What fails inside is taken back, and the transaction can go on."""
        async with self.connection.transaction():
            yield

    @asynccontextmanager
    async def trash_shown(self) -> AsyncIterator[None]:
        """Inside, deleted issues exist: for what writes or lists them."""
        await self.run(SHOW_TRASH, {"trash": "shown"})
        yield
        await self.run(SHOW_TRASH, {"trash": ""})

    async def _fetch_all(self, sql: Statement, params: Params | None, factory: Any) -> list[Any]:
        with constraints_explained():
            async with self.connection.cursor(row_factory=factory) as cursor:
                await cursor.execute(sql, self._bind(params))
                return await cursor.fetchall()

    def _bind(self, params: Params | None) -> dict[str, Any]:
        return {"org": self.org_id, **(params or {})}


def _let_cancel(error: Exception) -> None:
    """A task that is being cancelled ends so, whatever the pool made of it: else whoever catches the error goes on."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError from error


class PatientConnection(AsyncConnection[Any]):
    """Waits for a server that is away: by itself the pool would look again after 1, 2, 4 ... seconds only."""

    role = wall.OWN_ROLE
    """As whom transactions work."""

    @classmethod
    async def connect(cls, *args: Any, **kwargs: Any) -> Self:
        deadline = monotonic() + PATIENCE
        while True:
            try:
                return await super().connect(*args, **kwargs)
            except OperationalError:
                if monotonic() > deadline:
                    raise
            await asyncio.sleep(RETRY_PAUSE)


class Database:
    """The pool of connections; where transactions are opened.


    `door` is a small pool apart, for finding out who asks: people get in, and are told what is the matter, while all
    the connections of the other are taken.
    """

    def __init__(self, url: str, *, max_size: int = 10, door_size: int = 0, purpose: Purpose = BACKGROUND) -> None:
        self.purpose = purpose
        self.door = Database(url, max_size=door_size, purpose=purpose) if door_size else self
        self._open_transactions = 0
        self._moved_at = monotonic()
        self.pool: AsyncConnectionPool[PatientConnection] = AsyncConnectionPool(
            url,
            connection_class=PatientConnection,
            min_size=1,
            max_size=max_size,
            open=False,
            timeout=PATIENCE,
            reconnect_timeout=PATIENCE,  # after that the next transaction makes the pool look again, at once
            configure=_configure,
            kwargs={"autocommit": True, "application_name": "shoal", **KEEPALIVES},
        )

    async def open(self) -> None:
        set_json_loads(msgspec.json.decode)
        set_json_dumps(msgspec.json.encode)
        await self.pool.open(wait=True, timeout=30)
        if self.door is not self:
            await self.door.open()

    async def close(self) -> None:
        await self.pool.close()
        if self.door is not self:
            await self.door.close()

    @property
    def is_full(self) -> bool:
        """Whether all connections are taken."""
        return self._open_transactions >= self.pool.max_size

    @property
    def is_stuck(self) -> bool:
        """Whether all connections are taken, and none has come back for a while."""
        return self.is_full and monotonic() - self._moved_at > STUCK_AFTER

    @asynccontextmanager
    async def transaction(self, org_id: int | None) -> AsyncIterator[Transaction]:
        """One transaction in this organisation; None only where no organisation is known yet.

        Raises Unavailable when there is no connection, or when it is lost. Inside the block the latter is still
        psycopg's own error. Lost at the end, nobody knows whether the transaction was committed. Where a caller waits,
        Busy for what others were in the way of, TooSlow for what took too long.
        """
        whole = _whole.get()
        if whole is not None and whole.database is self and whole.tx.org_id == org_id:
            async with self._explained(whole.tx.connection), whole.tx.savepoint():
                yield whole.tx
            return
        stack, connection = await self._begin(org_id)
        self._count(1)
        try:
            async with self._explained(connection), stack:
                yield Transaction(connection, org_id)
        finally:
            self._count(-1)

    @asynccontextmanager
    async def whole(self, org_id: int) -> AsyncIterator[Transaction]:
        """One transaction, of which every other that is opened inside, one after the other, is a part: it is taken
        back by itself when it fails, and committed with the whole."""
        async with self.transaction(org_id) as tx:
            token = _whole.set(_Whole(self, tx))
            try:
                yield tx
            finally:
                _whole.reset(token)

    @asynccontextmanager
    async def _explained(self, connection: AsyncConnection[Any]) -> AsyncIterator[None]:
        try:
            yield
        except ShoalError:
            raise
        except Exception as error:  # the job library's own among them, for it works on this connection too
            _let_cancel(error)
            if (told := self._meaning(error)) is not None:
                raise told from error
            if connection.closed or isinstance(error, SERVER_GONE):
                raise Unavailable from error
            raise

    def _count(self, more: int) -> None:
        self._open_transactions += more
        self._moved_at = monotonic()

    def _meaning(self, error: Exception) -> ShoalError | None:
        """What a caller is told of it; in the background it stays what it is, for chunks are tried again by it."""
        if not self.purpose.is_interactive:
            return None
        if isinstance(error, IN_EACH_OTHERS_WAY):
            return Busy("others_in_the_way")
        return TooSlow() if isinstance(error, OUT_OF_TIME) else None

    async def _begin(self, org_id: int | None) -> tuple[AsyncExitStack, PatientConnection]:
        """A connection that has been heard of: those whose server went while they lay in the pool are passed over.

        The pool's own check would ask once more each time, and pauses for seconds after the second dead connection.
        """
        deadline = monotonic() + PATIENCE
        while True:
            try:
                return await self._try_to_begin(org_id, deadline - monotonic())
            except (PoolTimeout, PoolClosed) as error:
                _let_cancel(error)
                raise (Busy("too_much_asked") if self.is_full else Unavailable()) from error
            except OperationalError as error:
                _let_cancel(error)
                if error.sqlstate is not None and not isinstance(error, SERVER_GONE):
                    raise

    async def _try_to_begin(self, org_id: int | None, patience: float) -> tuple[AsyncExitStack, PatientConnection]:
        async with AsyncExitStack() as stack:
            connection = await stack.enter_async_context(self.pool.connection(patience))
            await _enter(connection, org_id, self.purpose)
            return stack.pop_all(), connection


@dataclass(frozen=True, slots=True)
class _Whole:
    """What transactions of this database are a part of at the moment."""

    database: Database
    tx: Transaction


_whole: ContextVar[_Whole | None] = ContextVar("whole", default=None)

SHOW_TRASH = "SELECT set_config('shoal.trash', %(trash)s, true)"

# All of it ends with the transaction, so that it holds behind a pooler, which gives each transaction another session.
ENTER = b"""BEGIN;
SET LOCAL ROLE %b;
SET LOCAL search_path = shoal, procrastinate, public;
SET LOCAL idle_in_transaction_session_timeout = '10s';
%b
SET LOCAL jit = off;
SELECT set_config('shoal.org_id', '%b', true), row_security_active('shoal.issue')"""


async def _enter(connection: PatientConnection, org_id: int | None, purpose: Purpose) -> None:
    """Begin a transaction of this organisation, in one round trip. Raises Unavailable where the wall does not hold."""
    org = b"" if org_id is None else b"%d" % org_id
    try:
        cursor = await connection.execute(ENTER % (connection.role, purpose.limits, org))
    except (DataError, ProgrammingError) as error:
        log.error(f"The database cannot be worked with: {error}")
        raise Unavailable from error
    await cursor.set_result(-1)
    row = await cursor.fetchone()
    if row is None or not row[1]:
        log.error("Row-level security does not hold: nothing is read or written. See: shoal db check")
        raise Unavailable


async def _configure(connection: PatientConnection) -> None:
    """See who is connected, and to whom."""
    row = await (await connection.execute(wall.SESSION)).fetchone()
    if row is None:
        return
    connection.role = wall.role(must_change=row[0])
    if row[1] != connection.info.backend_pid:  # a pooler answered, and the statements that one session prepared are
        connection.prepare_threshold = None  # not those of the next


# --- constraints ---------------------------------------------------------------------------------------------------

CONSTRAINTS: Mapping[str, Callable[[], ShoalError]] = {
    "organisation_name_key": lambda: Conflict("organisation_exists"),
    "users_login_key": lambda: Conflict("user_exists"),
    "users_lower_login_key": lambda: Conflict("user_exists"),
    "queue_key_key": lambda: Conflict("queue_exists"),
    "queue_former_id_key": lambda: Conflict("project_id_taken"),
    "queue_former_id_check": lambda: Invalid("project_id_form", "former_id"),
    "queue_key_check": lambda: Invalid("queue_key_form", "key"),
    "catalogue_key_key": lambda: Conflict("key_taken"),
    "component_parent_id_fkey": lambda: Conflict("component_has_parts"),
    "area_name_key": lambda: Conflict("area_exists"),
    "component_name_key": lambda: Conflict("component_exists"),
    "version_name_key": lambda: Conflict("version_exists"),
    "sprint_name_key": lambda: Conflict("sprint_exists"),
    "board_name_key": lambda: Conflict("board_exists"),
    "project_name_key": lambda: Conflict("project_exists"),
    "field_key_key": lambda: Conflict("field_exists"),
    "field_key_check": lambda: Invalid("field_key_form", "key"),
    "issue_summary_check": lambda: Invalid("summary_length", "summary"),
    "issue_durations_check": lambda: Invalid("duration_negative", "estimation"),
    "issue_done_ratio_check": lambda: Invalid("percentage", "done_ratio"),
    "issue_story_points_check": lambda: Invalid("out_of_range", "story_points"),
    "comment_text_check": lambda: Invalid("comment_empty", "text"),
}
"""What a broken constraint tells the caller. One that is not here is a bug, and stays a database error."""


@contextmanager
def constraints_explained() -> Iterator[None]:
    """Raise what a broken constraint means instead of the database's own error."""
    try:
        yield
    except errors.IntegrityError as error:
        explain = CONSTRAINTS.get(error.diag.constraint_name or "")
        if explain is None:
            raise
        raise explain() from error
    except errors.NumericValueOutOfRange as error:
        # What is added to a number is seen to be too much only where the number is.
        raise Invalid("number_out_of_range") from error
