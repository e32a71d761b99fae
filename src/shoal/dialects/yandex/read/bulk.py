"""The three bodies that start a bulk change."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shoal.dialects import http
from shoal.dialects.http import Params
from shoal.dialects.yandex import query
from shoal.dialects.yandex.read import issues, values
from shoal.domain.bulk import Change, Listed, Matching, NewBulkChange, Selection, Transition, Update
from shoal.domain.errors import Invalid
from shoal.domain.issue import IssueRef
from shoal.domain.patch import Operand, Patch

LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Request:
    """What all three have beside the change itself. `key` and `hash` tell a repeated request."""

    given: Mapping[str, Any]
    selection: Selection
    notify: bool
    key: str | None
    hash: bytes | None

    def with_change(self, change: Change, *, limit: int | None) -> NewBulkChange:
        return NewBulkChange(
            self.selection,
            change,
            notify=self.notify,
            limit=limit,
            idempotency_key=self.key,
            request_hash=self.hash,
        )


@dataclass(frozen=True, slots=True)
class Target:
    """Where a move goes, before the queue is looked up."""

    queue: Operand
    keep_fields: bool
    initial_status: bool
    patch: Patch


def request(raw: bytes, params: Params, *, path: str, key: str | None, dedup: str | None) -> Request:
    """Everything but the change. `path` is without the version; `dedup` is the header that turns dedup off."""
    given = http.decode(raw, dict[str, Any])
    selection = _selection(given.get("issues"))
    is_off = dedup is not None and dedup.strip().lower() == "off"
    return Request(
        given,
        selection,
        _notify(given, params),
        _idempotency_key(key),
        None if is_off and key is None else _digest(path, params, raw),
    )


def update(given: Mapping[str, Any]) -> Update:
    patch = _patch(given)
    if patch.is_empty:
        raise Invalid({"values": "what is to be changed is required"})
    return Update(patch)


def transition(given: Mapping[str, Any]) -> Transition:
    named = given.get("transition")
    if isinstance(named, Mapping):
        named = named.get("id") or named.get("key")
    if not isinstance(named, str) or not named.strip():
        raise Invalid({"transition": "the id of a transition is required"})
    return Transition(named.strip(), _patch(given))


def move(given: Mapping[str, Any]) -> Target:
    if not given.get("queue"):
        raise Invalid({"queue": "the queue to move to is required"})
    return Target(
        values.queue(given["queue"]),
        keep_fields=_flag(given, "moveAllFields"),
        initial_status=_flag(given, "initialStatus"),
        patch=_patch(given),
    )


def _selection(given: object) -> Selection:
    match given:
        case str() if given.strip():
            asked = query.parse(given)
            if asked.where is None:
                raise Invalid({"issues": "the query must say which issues"})
            return Matching(asked, given)
        case list() if given:
            return Listed(tuple(_ref(item) for item in given))
        case None | str() | list():
            raise Invalid({"issues": "a list of issues or a query is required"})
        case _:
            raise Invalid({"issues": "a list of issues or a query is expected"})


def _ref(item: object) -> IssueRef:
    if isinstance(item, dict):
        item = item.get("key") or item.get("id")
    if not isinstance(item, str) or not item:
        raise Invalid({"issues": "each is a key, an id, or an object with key or id"})
    return issues.ref(item)


def _patch(given: Mapping[str, Any]) -> Patch:
    listed = given.get("values")
    if listed is None:
        return Patch()
    if not isinstance(listed, dict):
        raise Invalid({"values": "an object of fields is expected"})
    return values.patch(listed)


def _notify(given: Mapping[str, Any], params: Params) -> bool:
    return params.flag("notify") if params.text("notify") is not None else _flag(given, "notify")


def _flag(given: Mapping[str, Any], name: str) -> bool:
    value = given.get(name)
    if value is not None and not isinstance(value, bool):
        raise Invalid({name: "true or false is expected"})
    return bool(value)


def _idempotency_key(key: str | None) -> str | None:
    if key is None:
        return None
    if not key.strip() or len(key) > LONGEST_KEY or not key.isprintable():
        raise Invalid({"Idempotency-Key": f"1 to {LONGEST_KEY} printable characters are expected"})
    return key


def _digest(path: str, params: Params, raw: bytes) -> bytes:
    """The same request again gives the same: version and language of the wire do not matter."""
    asked = f"{path.strip('/')}?notify={params.text('notify') or ''}\n".lower()
    return hashlib.sha256(asked.encode() + raw).digest()
