"""A bulk change on its way: from state to state, and from chunk to chunk.

A runner locks its chunk, not the operation: that is touched only at the end of a chunk, so that who wants it cancelled
or paused does not wait for one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from shoal.domain.bulk import Change, OnConflict, State, Tally, Wanted
from shoal.domain.plan import Expected
from shoal.store import changes
from shoal.store.db import Transaction
from shoal.store.faults import Overtaken

# --- from state to state -------------------------------------------------------------------------------------------

MOVE = """
UPDATE bulk_change
   SET state = %(to)s, error = %(error)s, attempts = 0,
       wanted = CASE WHEN %(active)s THEN wanted END,
       started_at = CASE WHEN %(started)s THEN coalesce(started_at, now()) ELSE started_at END,
       finished_at = CASE WHEN %(finished)s THEN clock_timestamp() END,
       skipped = CASE WHEN %(broken_off)s THEN total - changed - unchanged - failed - conflicted ELSE skipped END
 WHERE org_id = %(org)s AND id = %(bulk)s AND state = ANY(%(sources)s)"""

STARTED = frozenset({State.RUNNING, State.COMPLETE, State.COMPLETE_WITH_ERRORS})


async def move(
    tx: Transaction, bulk_id: int, to: State, *, error: str | None = None, only_from: State | None = None
) -> bool:
    """Put a bulk change into another state, the only way there is; False when it is in none that leads there.

    What has not been done when it is broken off is skipped. `error` is the reason of a failure or a pause.
    """
    sources = to.sources if only_from is None else to.sources & {only_from}
    params: Mapping[str, object] = {
        "bulk": bulk_id,
        "to": to,
        "error": error,
        "active": to.is_active,
        "started": to in STARTED,
        "finished": to.is_terminal,
        "broken_off": to.breaks_off,
        "sources": sorted(sources),
    }
    return await tx.run(MOVE, params) == 1


ASK = """
UPDATE bulk_change SET wanted = %(wanted)s
 WHERE org_id = %(org)s AND id = %(bulk)s AND state = ANY(%(states)s)
   AND (wanted IS DISTINCT FROM 'cancel' OR %(wanted)s = 'cancel')
RETURNING state"""


async def ask(tx: Transaction, bulk_id: int, wanted: Wanted) -> State | None:
    """Want something of a bulk change; its state, or None when that has no way there, or is to be cancelled."""
    params = {"bulk": bulk_id, "wanted": wanted, "states": sorted(wanted.state.sources)}
    found = await tx.value(ASK, params)
    return State(found) if found is not None else None


GO_ON = "UPDATE bulk_change SET wanted = NULL WHERE org_id = %(org)s AND id = %(bulk)s AND wanted = 'pause'"


async def withdraw_pause(tx: Transaction, bulk_id: int) -> bool:
    """No longer want a pause; False when none was wanted."""
    return await tx.run(GO_ON, {"bulk": bulk_id}) == 1


WANTED = "SELECT wanted FROM bulk_change WHERE org_id = %(org)s AND id = %(bulk)s FOR NO KEY UPDATE"


async def wanted(tx: Transaction, bulk_id: int) -> Wanted | None:
    """What is wanted. Nobody changes their mind until the transaction ends."""
    found = await tx.value(WANTED, {"bulk": bulk_id})
    return Wanted(found) if found is not None else None


# --- from chunk to chunk -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Claimed:
    """A bulk change and its next chunk, which is locked; `ids` is None when no chunk is left."""

    state: State
    wanted: str | None
    author_id: int
    login: str
    display: str
    is_admin: bool
    dismissed: bool
    change: dict[str, object]
    on_conflict: OnConflict
    n: int | None
    ids: list[int] | None
    versions: list[int] | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "state", State(self.state))
        object.__setattr__(self, "on_conflict", OnConflict(self.on_conflict))

    @property
    def expected(self) -> Expected | None:
        """The versions by which a conflict is told; None where edits made since are overwritten."""
        if self.on_conflict is OnConflict.OVERWRITE or self.ids is None or self.versions is None:
            return None
        return Expected(dict(zip(self.ids, self.versions, strict=True)))

    def read_change(self) -> Change:
        return changes.read(self.change)


# A second runner, of a job wrongly taken for dead, waits here for the first and then gets the chunk after. Chunks are
# done in their order, so those before `chunks_done` need not be looked at.
CLAIM = """
WITH operation AS (
    SELECT id, state, wanted, author_id, change, on_conflict, chunks_done
      FROM bulk_change WHERE org_id = %(org)s AND id = %(bulk)s
), chunk AS (
    SELECT bulk_id, n, ids, versions FROM bulk_chunk
     WHERE org_id = %(org)s AND bulk_id = %(bulk)s AND n >= (SELECT chunks_done FROM operation) AND done_at IS NULL
     ORDER BY n LIMIT 1 FOR NO KEY UPDATE
)
SELECT o.state, o.wanted, o.author_id, u.login, u.display, u.is_admin, u.dismissed_at IS NOT NULL AS dismissed,
       o.change, o.on_conflict, chunk.n, chunk.ids,
       CASE WHEN o.on_conflict <> 'overwrite' THEN chunk.versions END AS versions
  FROM operation o JOIN users u ON u.org_id = %(org)s AND u.id = o.author_id
  LEFT JOIN chunk ON chunk.bulk_id = o.id"""


async def claim(tx: Transaction, bulk_id: int) -> Claimed | None:
    """Read a bulk change and lock its next chunk; None when there is no such bulk change."""
    return await tx.row(CLAIM, {"bulk": bulk_id}, into=Claimed)


FINISH_CHUNK = """
WITH done AS (
    UPDATE bulk_chunk SET done_at = clock_timestamp()
     WHERE org_id = %(org)s AND bulk_id = %(bulk)s AND n = %(n)s AND done_at IS NULL
    RETURNING n
)
UPDATE bulk_change
   SET changed = changed + %(changed)s, unchanged = unchanged + %(unchanged)s, failed = failed + %(failed)s,
       conflicted = conflicted + %(conflicted)s, skipped = skipped + %(skipped)s, chunks_done = chunks_done + 1,
       attempts = 0
  FROM done WHERE org_id = %(org)s AND id = %(bulk)s AND state = 'running'
RETURNING chunks_done < chunks, failed + conflicted + skipped > 0"""


async def finish_chunk(tx: Transaction, bulk_id: int, n: int, tally: Tally) -> State:
    """Count a chunk as done; the state that follows: its end after the last. Raises Overtaken when another has done the
    chunk, or the bulk change is not running: then nothing of the chunk may be kept."""
    rows = await tx.tuples(FINISH_CHUNK, {"bulk": bulk_id, "n": n, **asdict(tally)})
    if not rows:
        raise Overtaken(f"chunk {n} of bulk change {bulk_id} is done already, or not to be done")
    ((more, with_errors),) = rows
    if more:
        return State.RUNNING
    return State.COMPLETE_WITH_ERRORS if with_errors else State.COMPLETE


# --- when a chunk fails --------------------------------------------------------------------------------------------

COUNT_ATTEMPT = """
UPDATE bulk_change SET attempts = attempts + 1
 WHERE org_id = %(org)s AND id = %(bulk)s AND state IN ('queued', 'running')
RETURNING attempts"""


async def count_attempt(tx: Transaction, bulk_id: int) -> int | None:
    """Count that the next chunk failed; how often by now, or None when nobody is to try again."""
    found = await tx.value(COUNT_ATTEMPT, {"bulk": bulk_id})
    return int(found) if found is not None else None


# A chunk that somebody else works on by now is left to them.
SPLIT = """
WITH next AS (
    SELECT k.n, k.ids, k.versions, cardinality(k.ids) / 2 AS half, b.chunks
      FROM bulk_change b JOIN bulk_chunk k ON k.org_id = %(org)s AND k.bulk_id = b.id AND k.n = b.chunks_done
     WHERE b.org_id = %(org)s AND b.id = %(bulk)s AND k.done_at IS NULL AND cardinality(k.ids) > 1
       FOR NO KEY UPDATE OF k SKIP LOCKED
), rest AS (
    INSERT INTO bulk_chunk (org_id, bulk_id, n, ids, versions)
    SELECT %(org)s, %(bulk)s, chunks, ids[half + 1 :], versions[half + 1 :] FROM next
), halved AS (
    UPDATE bulk_chunk SET ids = next.ids[: half], versions = next.versions[: half]
      FROM next WHERE bulk_chunk.org_id = %(org)s AND bulk_chunk.bulk_id = %(bulk)s AND bulk_chunk.n = next.n
    RETURNING next.n
)
UPDATE bulk_change SET chunks = bulk_change.chunks + 1
  FROM halved WHERE bulk_change.org_id = %(org)s AND bulk_change.id = %(bulk)s"""


async def split_chunk(tx: Transaction, bulk_id: int) -> None:
    """Leave half of the next chunk for the end."""
    await tx.run(SPLIT, {"bulk": bulk_id})
