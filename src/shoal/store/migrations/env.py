"""Runs the revisions on one connection, under a lock that lets one process at a time do it."""

from __future__ import annotations

import psycopg
from alembic import context
from sqlalchemy import NullPool, create_engine, text

from shoal.store.migrate import LOCK

PREPARE = (
    "SET search_path = shoal, public",
    "SET statement_timeout = 0",
    "SET idle_in_transaction_session_timeout = 0",
    "SET lock_timeout = 0",
    f"SELECT pg_advisory_lock({LOCK})",
    "CREATE SCHEMA IF NOT EXISTS shoal",
    # From here a revision that cannot get a table fails soon, for those who wait behind it are people.
    "SET lock_timeout = '4s'",
)


def run() -> None:
    url: str = context.config.attributes["url"]
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=NullPool)
    with engine.connect() as connection:
        for statement in PREPARE:
            connection.execute(text(statement))
        connection.commit()
        context.configure(connection=connection, version_table_schema="shoal", transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()


run()
