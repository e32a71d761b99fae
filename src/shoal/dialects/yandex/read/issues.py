"""Issues by name, the body of a create, what a search asks for, and how deep to answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shoal.dialects import http
from shoal.dialects.http import Params
from shoal.dialects.yandex import ids, query
from shoal.dialects.yandex.read import values
from shoal.domain.errors import Invalid, Malformed, NotFound, WrongParameter
from shoal.domain.found import Depth
from shoal.domain.issue import IssueRef, NewIssue, key_ref
from shoal.domain.patch import Operand, Patch
from shoal.domain.query import And, Query, Sort

LONGEST_UNIQUE = 1024


def ref(text: str) -> IssueRef:
    """The issue that a key or an id of the wire names; one that names none is no issue's."""
    if (key := key_ref(text)) is not None:
        return key
    return IssueRef(text, id=ids.read(ids.ISSUE, text))


def body(raw: bytes) -> dict[str, Any]:
    """A body that may be left out: nothing, `null` and `{}` are the same."""
    return {} if raw.strip() in (b"", b"null") else http.decode(raw, dict[str, Any])


def depth(params: Params, also: frozenset[str] = frozenset()) -> Depth:
    """What of each issue to read, by `expand` and `fields`."""
    expand, listed = params.words("expand") | also, params.words("fields")
    return Depth(
        description=not listed or "description" in listed,
        comments="comments" in expand,
        transitions="transitions" in expand,
    )


# --- create and edit -----------------------------------------------------------------------------------------------


def new(raw: bytes) -> NewIssue:
    """The body of a create."""
    given = dict(http.decode(raw, dict[str, Any]))
    queue, summary, unique = (given.pop(name, None) for name in ("queue", "summary", "unique"))
    missing = {name: "a value is required" for name, value in (("queue", queue), ("summary", summary)) if not value}
    if missing:
        raise Invalid(missing)
    if not isinstance(summary, str) or not summary.strip():
        raise Invalid({"summary": "a text that is not empty is expected"})
    if unique is not None and (not isinstance(unique, str) or not 0 < len(unique) <= LONGEST_UNIQUE):
        raise Invalid({"unique": f"a string of 1 to {LONGEST_UNIQUE} characters is expected"})
    return NewIssue(values.queue(queue), summary, values.patch(_valued(given)), unique)


def _valued(given: Mapping[str, Any]) -> dict[str, Any]:
    """What has a value: in a new issue `null` is the same as nothing."""
    return {name: value for name, value in given.items() if value is not None}


def edit(raw: bytes) -> tuple[Patch, Operand | None]:
    """The body of an edit, and the queue that it takes the issue to be in."""
    given = body(raw)
    queue = given.pop("queue", None)
    return values.patch(given), None if queue is None else values.queue(queue)


# --- search --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for: issues by key (of no keys none), those of a queue, or those that a query finds; and how to
    answer."""

    query: Query
    in_queue: bool
    refs: tuple[IssueRef, ...] | None
    expand: frozenset[str]


def search(raw: bytes, params: Params) -> Search:
    """The body of `_search` and `_count`. Keys, a queue, and a filter or query exclude one another."""
    given = _valued(body(raw))
    if given.get("filterId") is not None:
        raise NotFound(f"there is no filter {given['filterId']}")
    ways = ["keys" in given, "queue" in given, "filter" in given or given.get("query", "") != ""]
    if sum(ways) > 1:
        raise Malformed("keys, queue, and filter or query exclude one another")
    order = _order(given, params)
    refs = _keys(given["keys"]) if "keys" in given else None
    return Search(_query(given, order), "queue" in given, refs, _words(given.get("expand")))


def check_scrollable(asked: Search, params: Params) -> None:
    """Keys and a queue are read by pages; and there are two ways to scroll."""
    if asked.refs is not None or asked.in_queue:
        raise Malformed("keys and queue are read by pages, not by scrolling")
    if params.text("scrollType") not in ("sorted", "unsorted"):
        raise WrongParameter("scrollType", "sorted or unsorted is expected")


def _query(given: Mapping[str, Any], order: tuple[Sort, ...]) -> Query:
    """The query, the filter and the queue together; an `order` goes before the query's own."""
    asked = query.parse(_text(given, "query")) if "query" in given else Query()
    parts = [asked.where]
    if "filter" in given:
        parts.append(query.filter_query(_mapping(given, "filter")).where)
    if "queue" in given:
        parts.append(query.filter_query({"queue": given["queue"]}).where)
    terms = tuple(part for part in parts if part is not None)
    where = terms[0] if len(terms) == 1 else And(terms) if terms else None
    return Query(where, order or asked.sort)


def _order(given: Mapping[str, Any], params: Params) -> tuple[Sort, ...]:
    order = given.get("order") or params.text("order")
    if order is not None and not isinstance(order, str | list):
        raise WrongParameter("order", "a list of fields is expected")
    return query.order(order)


def _keys(value: object) -> tuple[IssueRef, ...]:
    listed = value.split(",") if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(key, str) for key in listed):
        raise WrongParameter("keys", "a list of keys is expected")
    return tuple(ref(key.strip()) for key in dict.fromkeys(listed) if key.strip())


def _text(given: Mapping[str, Any], name: str) -> str:
    if not isinstance(given[name], str):
        raise WrongParameter(name, "a string is expected")
    return str(given[name])


def _mapping(given: Mapping[str, Any], name: str) -> Mapping[str, object]:
    if not isinstance(given[name], dict):
        raise WrongParameter(name, "an object of fields is expected")
    return dict(given[name])


def _words(value: object) -> frozenset[str]:
    listed = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return frozenset(word.strip() for word in listed if isinstance(word, str))
