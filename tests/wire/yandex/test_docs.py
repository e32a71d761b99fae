"""The list of paths in docs/api/yandex.md is the list of routes, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.wire.routes import routes

PAGE = Path(__file__).parents[3] / "docs" / "api" / "yandex.md"
ROW = re.compile(r"^\| (GET|POST|PATCH|DELETE) \| (/\S*) \|", re.MULTILINE)


def documented() -> set[tuple[str, str]]:
    return {(method, nameless(path)) for method, path in ROW.findall(PAGE.read_text(encoding="utf-8"))}


def served(prefix: str) -> set[tuple[str, str]]:
    return {
        (str(method), nameless(route.path.removeprefix(prefix)))
        for route in routes("yandex")
        if route.path.startswith(prefix + "/")
        for method in getattr(route, "methods", set()) - {"OPTIONS"}
    }


def nameless(path: str) -> str:
    """The path without what its parts are called."""
    return re.sub(r"\{[^}]*\}", "{}", path)


@pytest.mark.parametrize("prefix", ["/v2", "/v3"])
def test_every_route_is_documented_and_every_documented_path_is_served(prefix: str) -> None:
    assert served(prefix) - documented() == set()
    assert documented() - served(prefix) == set()
