"""Reads the workflows of queues."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shoal.domain.workflow import Transition, Workflow, WorkflowHead, Workflows
from shoal.store.db import Transaction

# One row a queue and type, its transitions folded in.
OF_QUEUES = """
SELECT qt.queue_id, qt.type_id, qt.resolutions, w.id, w.initial_status_id,
       coalesce((SELECT jsonb_agg(jsonb_build_array(t.key, t.name, t.from_status_id, t.to_status_id, t.required)
                                  ORDER BY t.position, t.id)
                   FROM transition t WHERE t.org_id = %(org)s AND t.workflow_id = w.id), '[]') AS transitions
  FROM queue_type qt JOIN workflow w ON w.org_id = %(org)s AND w.id = qt.workflow_id
 WHERE qt.org_id = %(org)s AND qt.queue_id = ANY(%(queues)s)"""

CATEGORIES = "SELECT id, category FROM catalogue WHERE org_id = %(org)s AND kind = 'status'"


async def load(tx: Transaction, queue_ids: Sequence[int]) -> Workflows:
    """The workflows of every type in these queues."""
    rows = await tx.dicts(OF_QUEUES, {"queues": list(queue_ids)})
    by_type = {(row["queue_id"], row["type_id"]): _workflow(row) for row in rows}
    return Workflows(by_type, dict(await tx.tuples(CATEGORIES)))


def _workflow(row: dict[str, Any]) -> Workflow:
    transitions = tuple(
        Transition(key, name, from_status_id, to_status_id, tuple(required))
        for key, name, from_status_id, to_status_id, required in row["transitions"]
    )
    return Workflow(row["id"], row["initial_status_id"], transitions, frozenset(row["resolutions"]))


HEADS = "SELECT id, key, name FROM workflow WHERE org_id = %(org)s ORDER BY id"


async def list_heads(tx: Transaction) -> list[WorkflowHead]:
    """Every workflow of the organisation by name, the oldest first."""
    return await tx.rows(HEADS, into=WorkflowHead)
