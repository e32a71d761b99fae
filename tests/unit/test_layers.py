"""Who may import whom, as ARCHITECTURE.md has it: the table there is the rule, and is read here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "shoal"
PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")

ROW = re.compile(r"^\| `(\w+)` \| .* \| ?(.*?) ?\|$", re.MULTILINE)
MAY_IMPORT = {room: set(filter(None, named.split(", "))) for room, named in ROW.findall(PAGE)}
# "`settings.py`, `log.py` and `messages` are for every room but `domain` and `postgres`."
EVERYBODY_MAY = {"settings", "log", "messages"}
APART = {"domain", "postgres"}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def arrows() -> Iterator[tuple[Path, str, str]]:
    """Every import from one room of Shoal to another: file, room, what is imported."""
    for path in sorted(PACKAGE.rglob("*.py")):
        room = path.relative_to(PACKAGE).parts[0]
        if MAY_IMPORT.get(room, {"all"}) != {"all"}:
            yield from ((path.relative_to(PACKAGE), room, name) for name in imports(path) if name.startswith("shoal."))


def test_every_import_follows_an_arrow_of_the_page() -> None:
    wrong = []
    for path, room, name in arrows():
        target = name.split(".")[1]
        if target not in {room} | MAY_IMPORT[room] | (set() if room in APART else EVERYBODY_MAY):
            wrong.append(f"{path}: {room} -> {target} ({name}) is no arrow of ARCHITECTURE.md, The rooms")
    assert not wrong, "\n".join(wrong)


def test_no_dialect_knows_another() -> None:
    dialects = {path.name for path in (PACKAGE / "dialects").iterdir() if path.is_dir()}
    wrong = []
    for path in (PACKAGE / "dialects").rglob("*.py"):
        own = path.relative_to(PACKAGE / "dialects").parts[0]
        others = {f"shoal.dialects.{name}" for name in dialects - {own}}
        wrong += [f"{path.name} imports {name}" for name in imports(path) if name.rpartition(".")[0] in others]
    assert not wrong, "\n".join(wrong)


def test_the_rooms_are_those_of_the_page() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert rooms == MAY_IMPORT.keys()


# --- what the page names is there ----------------------------------------------------------------------------------

ROOMS = "|".join(MAY_IMPORT)
FILES = sorted(set(re.findall(rf"`((?:{ROOMS})/[\w/]+(?:\.py)?|\w+\.py)`", PAGE)) - {"errors.py", "routes.py"})
NAMES = sorted(set(re.findall(rf"(?<![\w/.])((?:{ROOMS})(?:\.\w+)+)(?!\.?\w)", PAGE)))


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_the_page_names_is_there(name: str) -> None:
    assert (PACKAGE / name).exists()


@pytest.mark.parametrize("name", NAMES)
def test_what_the_page_calls_by_name_is_there(name: str) -> None:
    """`actions.bulk` is a module, `actions.bulk.submit` a function in one."""
    parts = name.split(".")
    found: object = import_module(f"shoal.{parts[0]}.{parts[1]}")
    for part in parts[2:]:
        found = getattr(found, part, None) or import_module(f"shoal.{name}")
    assert found
