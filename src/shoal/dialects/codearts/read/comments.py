"""The bodies about comments.

The document has the text twice: percent-encoded in `notes`, and in clear in `innerText`. Older clients know neither
`innerText` nor `projectUUId`, send the id as a number, and text in clear in `notes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from msgspec import Struct

from shoal.dialects.codearts.errors import MissingParameter
from shoal.dialects.codearts.read import bodies
from shoal.dialects.codearts.read.bodies import Number
from shoal.domain.errors import WrongParameter

LONGEST = 1_000_000


class Body(Struct, frozen=True):
    id: Number | None = None
    noteId: Number | None = None
    notes: str | None = None
    innerText: str | None = None
    projectUUId: str | None = None
    project_uuid: str | None = None
    projectId: str | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something said on an item; `id` names what it is about: the item, or, to delete one, the comment."""

    project: str
    id: Number
    text: str = ""
    note: int = 0


def new(raw: bytes) -> Note:
    body = bodies.decode(raw, Body)
    return Note(_project(body), _id(body), _text(body))


def edit(raw: bytes) -> Note:
    body = bodies.decode(raw, Body)
    if body.noteId is None:
        raise MissingParameter("noteId")
    return Note(_project(body), _id(body), _text(body), bodies.number("noteId", body.noteId))


def delete(raw: bytes) -> Note:
    body = bodies.decode(raw, Body)
    named = _id(body)
    return Note(_project(body), named, note=bodies.number("id", named))


def _project(body: Body) -> str:
    project = body.projectUUId or body.project_uuid or body.projectId
    if not project:
        raise MissingParameter("projectUUId")
    return project


def _id(body: Body) -> Number:
    if body.id is None or body.id == "":
        raise MissingParameter("id")
    return body.id


def _text(body: Body) -> str:
    text = body.innerText if body.innerText and body.innerText.strip() else _decoded(body.notes or "")
    if not text.strip():
        raise MissingParameter("notes")
    if "\0" in text:
        raise WrongParameter("notes", "the character NUL cannot be stored")
    if len(text) > LONGEST:
        raise WrongParameter("notes", f"at most {LONGEST} characters, not {len(text)}")
    return text


def _decoded(notes: str) -> str:
    """What is not the encoding of a text is the text itself."""
    try:
        return unquote(notes, errors="strict")
    except UnicodeDecodeError:
        return notes
