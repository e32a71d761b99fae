"""Who may import whom. An arrow that is not drawn here is a mistake in the new code, or a decision to write down."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "src" / "shoal"

# wire (dialects, web, cli) -> actions -> store -> PostgreSQL, and the domain under them all.
MAY_IMPORT = {
    "domain": set(),
    "postgres": {"files"},
    "store": {"domain"},
    "actions": {"domain", "store"},
    "engine": {"domain", "store", "actions"},
    "dialects": {"domain", "actions"},
    "files": {"domain"},
    "demo": {"domain", "store", "actions", "files"},
}
# What reads the settings and writes the log may be used from anywhere but the domain and the embedded server.
EVERYBODY_MAY = {"settings", "log"}
# Actions that need the pool take the type from there; no dialect may run a statement.
DATABASE_TYPE = "shoal.store.db"


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def arrows() -> Iterator[tuple[str, str, str]]:
    """Every import from one room of Shoal to another: file, room, what is imported."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).parts
        if parts[0] in MAY_IMPORT:
            yield from ((str(path.relative_to(PACKAGE)), parts[0], name) for name in imports(path))


def test_every_import_follows_a_drawn_arrow() -> None:
    wrong = []
    for path, room, name in arrows():
        if not name.startswith("shoal.") or (name.startswith(DATABASE_TYPE) and room == "dialects"):
            continue
        target = name.split(".")[1]
        outside = room in ("domain", "postgres")
        if target != room and target not in MAY_IMPORT[room] | (set() if outside else EVERYBODY_MAY):
            wrong.append(f"{path}: {room} -> {target} ({name}) is not an arrow of MAY_IMPORT")
    assert not wrong, "\n".join(wrong)


def test_no_dialect_knows_another() -> None:
    dialects = {path.name for path in (PACKAGE / "dialects").iterdir() if path.is_dir()}
    wrong = []
    for path in (PACKAGE / "dialects").rglob("*.py"):
        own = path.relative_to(PACKAGE / "dialects").parts[0]
        others = {f"shoal.dialects.{name}" for name in dialects - {own}}
        wrong += [f"{path.name} imports {name}" for name in imports(path) if name.rpartition(".")[0] in others]
    assert not wrong, "\n".join(wrong)


def test_the_rooms_are_those_that_exist() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert rooms - MAY_IMPORT.keys() == {"cli"}
