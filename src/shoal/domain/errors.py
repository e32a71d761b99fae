"""What can go wrong, in domain words.

Raised where the fact is known, caught at the edge. An error carries its facts as attributes; each dialect turns the
class into a status and the facts into a sentence. No HTTP here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Self

from shoal.domain.problems import Fact, Problem


class ShoalError(Exception):
    """Something a caller can be told: one problem, or several."""

    def __init__(self, code: str = "", field: str | None = None, /, **facts: Fact) -> None:
        super().__init__()
        self.problems: tuple[Problem, ...] = (Problem(code, field, facts=facts),) if code else ()

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> Self:
        """The error of these problems."""
        error = cls.__new__(cls)
        error.problems = tuple(problems)
        return error

    def __str__(self) -> str:
        """For the log; people read `shoal.messages`."""
        return "; ".join(" ".join(map(str, filter(None, (it.field, it.code, it.facts)))) for it in self.problems)


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


class KeyUsed(Conflict):
    """The idempotency key stands for another request."""

    def __init__(self) -> None:
        super().__init__("idempotency_key_used")


class Stale(ShoalError):
    """The caller's version of the thing is not the current one."""


class Invalid(ShoalError):
    """Well-formed, but not valid: names the fields at fault, by their domain names or as parts of the request."""

    @property
    def fields(self) -> dict[str, str]:
        """The code of what is wrong with each field."""
        return {problem.field: problem.code for problem in self.problems if problem.field is not None}


class TooMuch(Invalid):
    """More than a limit allows."""


class TooManyAttempts(ShoalError):
    """So often was a wrong password given, or so many are being looked at, that this one was not."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("too_many_attempts", seconds=retry_after)
        self.retry_after = retry_after


class Unavailable(ShoalError):
    """The database does not answer, or went away in the middle. Not the caller's doing; later it will work."""

    retry_after = 1
    """Seconds after which it is worth while to ask again."""

    def __init__(self, code: str = "database_away") -> None:
        super().__init__(code)


class Busy(Unavailable):
    """Others were in the way: a lock that was not given up in time, a deadlock, no connection free. Nothing was
    changed."""


class TooSlow(TooMuch):
    """It took longer than anybody who waits should be kept. Nothing was changed."""

    def __init__(self) -> None:
        super().__init__("too_slow")


# --- leaves --------------------------------------------------------------------------------------------------------


class WrongParameter(Malformed):
    """A parameter of the request has a value that cannot be read."""

    def __init__(self, name: str, code: str, /, **facts: Fact) -> None:
        super().__init__(code, name, **facts)


class QuerySyntaxError(Malformed):
    """The query does not parse, names an unknown field or function, or uses an operator that does not fit.

    `position` counts characters from 0; None when the problem has no place. `about` is the field that the problem is
    about: the fact `field` is its name in the sentence.
    """

    def __init__(self, code: str, position: int | None = None, /, *, about: str | None = None, **facts: Fact) -> None:
        place = {} if position is None else {"position": position}
        super().__init__(code, None, **facts, **place, **({} if about is None else {"field": _words(about)}))
        self.position = position
        self.about = about

    def calling(self, name: str) -> Self:
        """The same, with another name for the field."""
        return self.of(replace(problem, facts={**problem.facts, "field": name}) for problem in self.problems)


class UnknownValue(Invalid):
    """No such value of a known field: a status, a login, a queue that is not there."""

    def __init__(self, field: str, value: str) -> None:
        super().__init__("unknown_value", field, thing="value" if "." in field else field, value=value)
        self.field = field
        self.value = value


def _words(field: str) -> str:
    """A name of ours in a sentence; one that people gave stands in quotes."""
    return field if '"' in field else field.replace("_", " ")


class UnknownField(Invalid):
    """The request names a field that does not exist."""

    def __init__(self, field: str) -> None:
        super().__init__("unknown_field", field)
        self.field = field


class UnknownIssues(Invalid):
    """Keys of a list that name no issue the caller can see."""

    def __init__(self, refs: Iterable[str]) -> None:
        self.refs = tuple(refs)
        super().__init__("unknown_issues", "issues", issues=", ".join(self.refs))


class IssueNotFound(NotFound):
    def __init__(self, ref: object) -> None:
        super().__init__("no_issue", ref=str(ref))


class QueueNotFound(NotFound):
    def __init__(self, ref: object) -> None:
        super().__init__("no_queue", ref=str(ref))


class NotMember(Invalid):
    """Somebody of whom only a member's business was asked."""

    def __init__(self, user: object) -> None:
        super().__init__("not_a_member", "user", user=str(user))
        self.user = str(user)


class FixedMembership(Conflict):
    """What a member is, or that they are one, is not to be changed."""


class TooManyIssues(TooMuch):
    def __init__(self, limit: int, total: int | None = None) -> None:
        if total is None:
            super().__init__("too_many_issues", "issues", limit=limit)
        else:
            super().__init__("too_many_issues_named", "issues", limit=limit, total=total)
