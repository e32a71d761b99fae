"""The wall between organisations: row-level security, and whether it holds for whoever asks.

`migrations/wall.sql` puts it up, at each upgrade. Nothing works with a database where it does not hold.
"""

from __future__ import annotations

from pathlib import Path

SCRIPT = Path(__file__).parent / "migrations" / "wall.sql"

OWN_ROLE = b"NONE"
APP_ROLE = b"shoal_app"

SESSION = """
SELECT (rolsuper OR rolbypassrls)
       AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'shoal_app' AND pg_has_role(session_user, oid, 'SET')),
       pg_backend_pid()
  FROM pg_roles WHERE rolname = session_user"""


def role(*, must_change: bool) -> bytes:
    """As whom to work: somebody whom row-level security binds."""
    return APP_ROLE if must_change else OWN_ROLE


# The tables outside are those that tell the organisation, by a secret or a digest of one.
OPEN_TABLES = """
SELECT string_agg(relname, ', ' ORDER BY relname)
  FROM pg_class AS it
 WHERE relnamespace = to_regnamespace('shoal') AND relkind IN ('r', 'p')
   AND relname NOT IN ('access_token', 'access_key', 'iam_token')
   AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = it.oid AND attname = 'org_id' AND NOT attisdropped)
   AND NOT (row_security_active(oid) AND has_table_privilege(oid, 'SELECT'))"""
