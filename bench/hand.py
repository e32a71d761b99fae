"""The statement that Shoal is held against: what one would type into psql, history included."""

from __future__ import annotations

import time
from collections.abc import Sequence

import psycopg

STATEMENT = """
WITH changed AS (
    UPDATE issue
       SET priority_id = %(priority)s, version = version + 1, updated_at = now(), updated_by = %(author)s
     WHERE org_id = %(org)s AND id = ANY(%(ids)s) AND priority_id IS DISTINCT FROM %(priority)s
    RETURNING new.id, jsonb_build_object('priority', jsonb_build_array(old.priority_id, new.priority_id)) AS changes
)
INSERT INTO changelog (org_id, issue_id, at, author_id, kind, via, changes)
SELECT %(org)s, id, now(), %(author)s, 'updated', 'api', changes FROM changed"""


class Hand:
    """A person at psql, connected as the owner of the tables."""

    def __init__(self, url: str, org_id: int, queue: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True, options="-c search_path=shoal")
        self.org_id = org_id
        self.ids: Sequence[int] = self._column(
            "SELECT i.id FROM issue i JOIN queue q ON q.org_id = i.org_id AND q.id = i.queue_id"
            " WHERE i.org_id = %(org)s AND q.key = %(queue)s ORDER BY i.id",
            queue=queue,
        )
        (self.author,) = self._column("SELECT min(id) FROM users WHERE org_id = %(org)s")
        self.priorities = dict(
            self.connection.execute(
                "SELECT key, id FROM catalogue WHERE org_id = %(org)s AND kind = 'priority'", {"org": org_id}
            ).fetchall()
        )

    def change(self, count: int, priority: str) -> float:
        """Give the first `count` issues this priority; the seconds it took."""
        params = {
            "org": self.org_id,
            "ids": list(self.ids[:count]),
            "priority": self.priorities[priority],
            "author": self.author,
        }
        began = time.perf_counter()
        changed = self.connection.execute(STATEMENT, params).rowcount
        took = time.perf_counter() - began
        assert changed == count, f"{changed} of {count} issues changed"
        return took

    def level(self, priority: str) -> None:
        """Give every issue this priority, so that the first round has all to change."""
        self.connection.execute(
            "UPDATE issue SET priority_id = %s WHERE org_id = %s", (self.priorities[priority], self.org_id)
        )

    def settle(self) -> None:
        """Clear away what the last round left, so that each finds the pages alike."""
        self.connection.execute("VACUUM (ANALYZE) issue, changelog")

    def _column(self, sql: str, **params: object) -> list[int]:
        return [row[0] for row in self.connection.execute(sql, {"org": self.org_id, **params}).fetchall()]
