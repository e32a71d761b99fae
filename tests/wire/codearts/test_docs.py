"""The list of paths in docs/api/codearts.md is the list of routes, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

import huaweicloudsdkprojectman.v4 as sdk

from tests.wire.routes import routes

PAGE = Path(__file__).parents[3] / "docs" / "api" / "codearts.md"
ROW = re.compile(r"^\| (.*?) \| (GET|POST|PUT|DELETE) \| `(/\S*)` \| (\S+) \|", re.MULTILINE)
METHOD = re.compile(r"`([a-z0-9_]+)`")


def documented() -> list[tuple[str, str, str, str]]:
    """What the SDK calls it, method, path, and how far it is."""
    return ROW.findall(PAGE.read_text(encoding="utf-8"))


def served() -> set[tuple[str, str]]:
    return {
        (str(method), nameless(route.path))
        for route in routes("codearts")
        for method in getattr(route, "methods", set()) - {"OPTIONS"}
    }


def nameless(path: str) -> str:
    """The path without what its parts are called."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def test_every_route_is_documented_once_and_every_documented_path_is_served() -> None:
    paths = [(method, nameless(path)) for _, method, path, _ in documented()]
    assert len(paths) == len(set(paths))
    assert served() - set(paths) == set()
    assert set(paths) - served() == set()


def test_every_method_that_is_named_is_one_of_the_sdks() -> None:
    rows = [row for row in documented() if not row[0].startswith("IAM")]
    named = {name for row in rows for name in METHOD.findall(row[0])}
    assert len(named) > 50
    assert [name for name in named if not hasattr(sdk.ProjectManClient, name)] == []
