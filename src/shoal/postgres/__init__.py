"""The embedded PostgreSQL: finds the binaries, lays out a data directory, keeps the server running as our own child.

Knows nothing of Shoal's tables and imports nothing of Shoal. `Postgres` is the way in; `Cluster` tells where a data
directory keeps its parts, for a process that only wants to connect; `private` writes files that only their owner reads.
"""

from __future__ import annotations

from shoal.postgres.cluster import Cluster
from shoal.postgres.errors import PostgresError
from shoal.postgres.supervisor import Postgres

__all__ = ["Cluster", "Postgres", "PostgresError"]
