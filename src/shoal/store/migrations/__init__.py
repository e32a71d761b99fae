"""Alembic's environment and the revisions: a Python file of a few lines beside each file of plain SQL."""
