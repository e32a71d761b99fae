"""The values of an edit, in every form that the wire has for them, as a patch.

What a name or a value means is looked up later; here it is only found out what is asked for. Problems name the field
as the caller wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shoal.dialects.yandex import field_names, ids
from shoal.domain.errors import Invalid, TooMuch, UnknownField
from shoal.domain.fields import STANDARD, Field, Kind
from shoal.domain.issue import key_ref
from shoal.domain.patch import Adjust, Clear, Edit, NewComment, Operand, Patch, Ref, Set
from shoal.domain.problems import Fact
from shoal.domain.scalars import LONGEST_TEXT

IGNORED = frozenset({"markupType", "possibleSpam", "emailFrom", "emailTo", "emailCreatedBy", "commentWithoutEmail"})
"""Clients send these with any edit, and nothing comes of them."""

READ_ONLY = frozenset(
    {
        "id",
        "self",
        "key",
        "version",
        "queue",
        "unique",
        "spent",
        "aliases",
        "favorite",
        "boards",
        "previousStatus",
        "previousStatusLastAssignee",
        "previousQueue",
        "pendingReplyFrom",
        "commentWithoutExternalMessageCount",
        "commentWithExternalMessageCount",
        "checklistItems",
        "checklistDone",
        "checklistTotal",
        "attachments",
        "links",
        "transitions",
    }
)
"""Keys of an issue that no edit touches, beside the fields that are not editable."""

CUSTOM_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}", re.ASCII)
OPERATORS = frozenset({"set", "unset", "add", "remove", "replace"})
MARKS: Mapping[str, str] = {"id": "id", "uid": "id", "key": "key", "login": "key", "name": "name"}
"""What names a thing, and which of our marks it is."""
DECORATION = frozenset({"self", "display", "version", "passportUid", "cloudUid"})
"""What else stands in a reference that a client got from us and sends back."""
MOST_OPERANDS = 1000
MOST_FIELDS = 1000


def patch(values: Mapping[str, object]) -> Patch:
    """Every edit in the values, and the comment. Raises Invalid, naming the field, for what has no meaning."""
    if len(values) > MOST_FIELDS:
        raise TooMuch("too_many_at_once", "values", most=MOST_FIELDS)
    edits: dict[str, Edit] = {}
    for name, value in values.items():
        if name in IGNORED or name == "comment" or (name == "attachmentIds" and not value):
            continue
        domain_name = _domain_name(name)
        if domain_name in edits:
            raise Invalid("named_twice", name)
        if domain_name in field_names.READ_ONLY:
            raise Invalid("read_only", name)
        edits[domain_name] = _Reader(name, STANDARD.get(domain_name)).edit(value)
    said = values.get("comment")
    return Patch(edits, comment("comment", said) if said is not None else None)


def comment(name: str, value: object, *, summonees_name: str | None = None) -> NewComment:
    """A comment: its text, or an object with `text` and `summonees`. Problems are of the part `name`, those of the
    summonees of `summonees_name` if it is given."""
    if isinstance(value, str):
        value = {"text": value}
    if not isinstance(value, Mapping):
        raise Invalid("comment_form", name)
    text, summonees = value.get("text"), value.get("summonees") or []
    if not isinstance(text, str) or not text.strip():
        raise Invalid("comment_empty", name)
    if "\0" in text or len(text) > LONGEST_TEXT:
        raise Invalid("text_too_long", name, most=LONGEST_TEXT)
    return NewComment(text, _Reader(summonees_name or name, SUMMONEES).operands(summonees))


SUMMONEES = Field("summonees", Kind.USER, is_list=True)


def queue(value: object) -> Operand:
    """What names a queue."""
    return _Reader("queue", STANDARD["queue"]).operand(value)


def operand(part: str, kind: Kind, value: object) -> Operand:
    """What names a thing of this kind in some part of a request."""
    return _Reader(part, Field(part, kind)).operand(value)


def optional(part: str, kind: Kind, value: object) -> Operand | None:
    """The same, if anything is named."""
    return None if value is None else operand(part, kind, value)


def _domain_name(name: str) -> str:
    """The domain's word for a field, or a spelling of a custom one. Raises for what cannot be edited."""
    if name in READ_ONLY:
        raise Invalid(READ_ONLY_WHY.get(name, "read_only"), name)
    if name in field_names.RENAMED and name not in field_names.ALIASES:
        # `fix_versions` is our word for a field, not the wire's.
        raise UnknownField(name)
    meant = field_names.domain_name(name)
    if meant in STANDARD:
        if not STANDARD[meant].is_editable:
            raise Invalid(READ_ONLY_WHY.get(name, "read_only"), name)
        return meant
    if name == "attachmentIds":
        raise Invalid("no_attachment", name)
    if meant == name and not CUSTOM_KEY.fullmatch(name):
        raise UnknownField(name)
    return meant


READ_ONLY_WHY: Mapping[str, str] = {
    "status": "status_by_transition",
    "queue": "queue_by_move",
    "unique": "unique_when_made",
    "spent": "spent_by_worklog",
}


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the value of one field. `field` is None for a custom field, whose kind is not known here."""

    name: str
    field: Field | None

    def edit(self, value: object) -> Edit:
        while isinstance(value, Mapping) and value.keys() == {"set"}:
            value = value["set"]
        match value:
            case None:
                return Clear()
            case Mapping() if value.keys() & OPERATORS:
                return self._operators(value)
            case Mapping() if self.field is not None and self.field.kind is Kind.PROJECT and value.keys() & PROJECTS:
                return self._projects(value)
            case list() | tuple():
                return Set(self.operands(value))
            case _ if self.field is not None and self.field.is_list:
                return Set((self.operand(value),))
            case _:
                return Set(self.operand(value))

    def operands(self, value: object) -> tuple[Operand, ...]:
        """One operand, or an array of them."""
        listed: Sequence[object] = value if isinstance(value, list | tuple) else [value]
        if len(listed) > MOST_OPERANDS:
            raise self._wrong("too_many_operands", most=MOST_OPERANDS)
        return tuple(self.operand(item) for item in listed)

    def operand(self, value: object) -> Operand:
        match value:
            case str():
                return self._text(value)
            case bool() | int() | float():
                return value
            case Mapping():
                return self._ref(value)
            case None:
                raise self._wrong("null_is_no_value")
            case _:
                raise self._wrong("not_an_array")

    def _operators(self, value: Mapping[str, object]) -> Edit:
        if unknown := value.keys() - OPERATORS:
            raise self._wrong("no_meaning_beside", key=min(unknown, key=str), others=", ".join(sorted(OPERATORS)))
        if value.keys() & {"set", "unset"}:
            if value != {"unset": True}:
                raise self._wrong("set_alone")
            return Clear()
        return Adjust(
            remove=self.operands(value.get("remove", [])),
            replace=self._pairs(value.get("replace", [])),
            add=self.operands(value.get("add", [])),
        )

    def _pairs(self, value: object) -> tuple[tuple[Operand, Operand], ...]:
        listed: Sequence[object] = value if isinstance(value, list | tuple) else [value]
        if len(listed) > MOST_OPERANDS:
            raise self._wrong("too_many_operands", most=MOST_OPERANDS)
        pairs = []
        for pair in listed:
            if not isinstance(pair, Mapping) or pair.keys() != {"target", "replacement"}:
                raise self._wrong("replace_form")
            pairs.append((self.operand(pair["target"]), self.operand(pair["replacement"])))
        return tuple(pairs)

    def _projects(self, value: Mapping[str, object]) -> Edit:
        """The newer form of a project: the primary one goes first."""
        if unknown := value.keys() - PROJECTS:
            raise self._wrong("no_meaning_beside", key=min(unknown, key=str), others="primary and secondary")
        listed = [value[part] for part in ("primary",) if value.get(part) is not None]
        secondary = value.get("secondary") or []
        return Set(self.operands([*listed, *(secondary if isinstance(secondary, list) else [secondary])]))

    def _ref(self, value: Mapping[str, object]) -> Ref:
        marks: dict[str, int | str] = {}
        for key, part in value.items():
            if key not in MARKS and key not in DECORATION:
                raise self._wrong("no_meaning", key=key)
            if key in MARKS and part is not None:
                marks[MARKS[key]] = self._mark(MARKS[key], part)
        if not marks:
            raise self._wrong("reference_form")
        words = {mark: str(part) for mark, part in marks.items() if mark != "id"}
        return Ref(marks.get("id"), words.get("key"), words.get("name"))

    def _mark(self, mark: str, part: object) -> int | str:
        if isinstance(part, bool) or not isinstance(part, int | str):
            raise self._wrong("mark_form", mark=mark)
        if isinstance(part, str) and mark == "id" and self._is_issue:
            own = ids.issue(part)
            return self._plain(part) if own is None else own
        return part if isinstance(part, int) else self._plain(part)

    def _text(self, value: str) -> str | Ref:
        """A string as it stands; of an issue, the id that it may be on the wire becomes ours."""
        if self._is_issue and key_ref(value) is None and (own := ids.issue(value)) is not None:
            return Ref(id=own)
        return self._plain(value)

    def _plain(self, value: str) -> str:
        if "\0" in value:
            raise self._wrong("nul")
        return value

    @property
    def _is_issue(self) -> bool:
        return self.field is not None and self.field.kind is Kind.ISSUE

    def _wrong(self, code: str, **facts: Fact) -> Invalid:
        return Invalid(code, self.name, **facts)


PROJECTS = frozenset({"primary", "secondary"})
