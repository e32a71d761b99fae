"""Imports: issues and comments of another tracker, with their history, into a queue.

    names.py    the names of the file and their ids here, made as needed
    rows.py     a record as the rows it becomes
    history.py  the history of a record as rows of the changelog

An import brings what already happened: it asks no workflow and writes the dates and authors of the file. A batch is one
transaction, its origins included, so an import that was cut off goes on where it was, and a second one makes nothing
double.
"""

from __future__ import annotations

from shoal.actions.imports.run import Import

__all__ = ["Import"]
