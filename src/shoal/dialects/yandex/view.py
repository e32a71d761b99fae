"""How this caller is to be answered: in which language, in which version of the wire, under which address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from litestar.datastructures import Headers

from shoal.dialects.http import Params
from shoal.dialects.yandex import parameters
from shoal.dialects.yandex.parameters import Parameters
from shoal.domain.actor import Actor
from shoal.domain.errors import Malformed
from shoal.domain.organisation import LANGUAGES

PAGING = frozenset({"page", "perPage", "id"})


class ViewParameters(Parameters, frozen=True):
    language: str | None = None
    localized: bool = True


@dataclass(frozen=True, slots=True)
class View:
    """What every function of `write` is given first."""

    origin: str
    version: str
    language: str
    path: str = "/"
    query: tuple[tuple[str, str], ...] = ()
    is_localized: bool = True

    def link(self, *parts: object) -> str:
        """The absolute address of a thing, in the version that was asked."""
        return "/".join((self.origin, self.version, *map(str, parts)))

    def page_url(self, **paging: object) -> str:
        """The address that was asked for, with other paging."""
        kept = [(name, value) for name, value in self.query if name not in PAGING and name not in paging]
        return f"{self.origin}{quote(self.path)}?{urlencode([*kept, *paging.items()])}"

    def name(self, names: Mapping[str, str]) -> str:
        """The name in the caller's language, else in English."""
        return names.get(self.language) or names["en"]

    def names(self, names: Mapping[str, str]) -> str | dict[str, str]:
        """The same, or all languages for those who asked for `localized=false`."""
        return self.name(names) if self.is_localized else dict(names)


def view(scope: Mapping[str, Any], headers: Headers, query: Params, *, origin: str, language: str) -> View:
    path: str = scope["path"]
    asked = parameters.read(query, ViewParameters)
    return View(
        origin=origin,
        version="v3" if path.startswith("/v3") else "v2",
        language=_asked(asked.language, headers) or language,
        path=path,
        query=tuple(query.pairs),
        is_localized=asked.localized,
    )


def language(scope: Mapping[str, Any]) -> str:
    """In which language to answer a request of which not everything could be read."""
    actor: Actor | None = scope.get("user")
    try:
        asked = _asked(Params(scope["query_string"]).text("language"), Headers.from_scope(scope))  # type: ignore[arg-type]  # a scope
    except Malformed:
        asked = None
    return asked or (actor.language if actor else "en")


def _asked(language: str | None, headers: Headers) -> str | None:
    """The first language of ours that the caller asks for."""
    listed = f"{language or ''},{headers.get('accept-language', '')}"
    tags = (part.split(";")[0].strip().lower().split("-")[0] for part in listed.split(","))
    return next((tag for tag in tags if tag in LANGUAGES), None)
