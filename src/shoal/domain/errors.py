"""What can go wrong, in domain words.

Raised where the fact is known, caught at the edge. An error carries its facts as attributes; each dialect turns the
class into a status and the facts into a sentence. No HTTP here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class ShoalError(Exception):
    """Something a caller can be told."""


# --- kinds ---------------------------------------------------------------------------------------------------------


class Malformed(ShoalError):
    """The request cannot be read: broken JSON, a parameter of the wrong kind, a query that does not parse."""


class Unauthenticated(ShoalError):
    """Nobody known is asking."""


class Forbidden(ShoalError):
    """The caller is known and may not do this."""


class NotFound(ShoalError):
    """No such thing, or none that the caller may know of."""


class Conflict(ShoalError):
    """The thing is not in the state that the caller assumed, or the name is taken."""


class Stale(ShoalError):
    """The caller's version of the thing is not the current one."""


class Invalid(ShoalError):
    """Well-formed, but not valid: names the fields at fault.

    `fields` maps a field's domain name, or the name of a part of the request, to what is wrong with it.
    """

    def __init__(self, fields: Mapping[str, str] | None = None, message: str = "") -> None:
        self.fields: dict[str, str] = dict(fields or {})
        self.message = message
        super().__init__(message or "; ".join(f"{name}: {problem}" for name, problem in self.fields.items()))


class TooMuch(Invalid):
    """More than a limit allows."""


class Unavailable(ShoalError):
    """The database does not answer, or went away in the middle. Not the caller's doing; later it will work."""

    retry_after = 1
    """Seconds after which it is worth while to ask again."""

    def __init__(self, problem: str = "the database does not answer at the moment; try again") -> None:
        super().__init__(problem)


class Busy(Unavailable):
    """Others were in the way: a lock that was not given up in time, a deadlock, no connection free. Nothing was
    changed."""


class TooSlow(TooMuch):
    """It took longer than anybody who waits should be kept. Nothing was changed."""

    def __init__(self) -> None:
        super().__init__(message="this takes too long; narrow the query, or change fewer issues at once")


# --- leaves --------------------------------------------------------------------------------------------------------


class WrongParameter(Malformed):
    """A parameter of the request has a value that cannot be read."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name = name
        self.problem = problem


class QuerySyntaxError(Malformed):
    """The query does not parse, names an unknown field or function, or uses an operator that does not fit.

    `position` counts characters from 0; None when the problem has no place. `field` is the field that the problem is
    about: in the problem `{field}` stands for it.
    """

    def __init__(self, problem: str, position: int | None = None, *, field: str | None = None) -> None:
        self.problem = problem if field is None else problem.replace("{field}", _words(field))
        self.position = position
        self.field = field
        self.template = problem
        super().__init__(self.problem if position is None else f"{self.problem} at position {position}")

    def calling(self, name: str) -> QuerySyntaxError:
        """The same, with another name for the field."""
        return QuerySyntaxError(self.template.replace("{field}", name), self.position)


class UnknownValue(Invalid):
    """No such value of a known field: a status, a login, a queue that is not there."""

    def __init__(self, field: str, value: str) -> None:
        super().__init__({field: f"there is no {_thing(field)} {value}"})
        self.field = field
        self.value = value


THINGS: Mapping[str, str] = {
    "components": "component",
    "fix_versions": "fix version",
    "affected_versions": "affected version",
    "sprints": "sprint",
    "projects": "project",
    "tags": "tag",
    "followers": "user",
    "access": "user",
    "related": "user",
    "comment_author": "user",
    "queue_lead": "user",
    "component_lead": "user",
    "previous_queue": "queue",
    "linked_to": "issue",
    "children": "issue",
    "epic_issues": "issue",
    "key": "issue",
    "status_category": "status type",
}
"""What one value of a field is, where the field has not its name."""


def _thing(field: str) -> str:
    return "value" if "." in field else THINGS.get(field) or _words(field)


def _words(field: str) -> str:
    """A name of ours in a sentence; one that people gave stands in quotes."""
    return field if '"' in field else field.replace("_", " ")


class UnknownField(Invalid):
    """The request names a field that does not exist."""

    def __init__(self, field: str) -> None:
        super().__init__({field: "there is no such field"})
        self.field = field


class UnknownIssues(Invalid):
    """Keys of a list that name no issue the caller can see."""

    def __init__(self, refs: Iterable[str]) -> None:
        self.refs = tuple(refs)
        super().__init__({"issues": f"there are no issues [{', '.join(self.refs)}]"})


class IssueNotFound(NotFound):
    def __init__(self, ref: object) -> None:
        super().__init__(f"there is no issue {ref}")
        self.ref = str(ref)


class QueueNotFound(NotFound):
    def __init__(self, ref: object) -> None:
        super().__init__(f"there is no queue {ref}")
        self.ref = str(ref)


class NotMember(Invalid):
    """Somebody of whom only a member's business was asked."""

    def __init__(self, user: object) -> None:
        super().__init__({"user": f"the user {user} is no member of the queue"})
        self.user = str(user)


class FixedMembership(Conflict):
    """What a member is, or that they are one, is not to be changed."""


class TooManyIssues(TooMuch):
    def __init__(self, limit: int, total: int | None = None) -> None:
        found = f"; this names {total}" if total is not None else ""
        super().__init__({"issues": f"at most {limit} issues at once{found}"})
        self.limit = limit
        self.total = total
