"""Lists in pages: by number, or by the id last seen."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec
from litestar import Response
from msgspec import Meta

from shoal.dialects.yandex.parameters import Parameters
from shoal.dialects.yandex.view import View

DEFAULT_SIZE = 50
LARGEST_SIZE = 1000
"""Scripts ask for as much; more is cut to it."""
LAST_PAGE = 2**31
"""Keeps the offset within 64 bits; no list has so many."""
T = TypeVar("T")


class PageParameters(Parameters, frozen=True):
    number: Annotated[int, Meta(ge=1, le=LAST_PAGE)] = msgspec.field(default=1, name="page")
    size: Annotated[int, Meta(ge=1, le=LARGEST_SIZE)] = msgspec.field(default=DEFAULT_SIZE, name="perPage")

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size


def answer(view: View, page: PageParameters, items: list[T], total: int) -> Response[list[T]]:
    """A page of a list, with the headers by which clients walk it."""
    return Response(items, headers=headers(view, page, total))


def headers(view: View, page: PageParameters, total: int) -> dict[str, str]:
    last = max(1, -(-total // page.size))
    links = {"first": view.page_url(perPage=page.size, page=1)}
    if page.number < last:
        links["next"] = view.page_url(perPage=page.size, page=page.number + 1)
    links["last"] = view.page_url(perPage=page.size, page=last)
    # The client puts the number in place of the braces, and needs a `?` before them.
    links["seek"] = view.page_url(perPage=page.size) + "{&page}"
    return {"X-Total-Count": str(total), "X-Total-Pages": str(last), "Link": _link(links)}


def after_id(view: View, size: int, last: object | None) -> dict[str, str]:
    """The headers of a list by id: `last` is the last id of this page, None when nothing comes after it."""
    if last is None:
        return {}
    return {"Link": _link({"next": view.page_url(id=last, perPage=size)})}


def _link(links: dict[str, str]) -> str:
    return ", ".join(f'<{url}>; rel="{relation}"' for relation, url in links.items())
