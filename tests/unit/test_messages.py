"""What went wrong, as people read it: every code has its sentence, in every language and with the facts it is given."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from shoal import messages
from shoal.domain import errors, problems
from shoal.domain.errors import Invalid, QuerySyntaxError, TooManyIssues, UnknownIssues, UnknownValue, WrongParameter
from shoal.domain.fields import REFERENCE_KINDS, STANDARD
from shoal.domain.problems import Problem, problem
from shoal.messages import CATALOGUES

PACKAGE = Path(__file__).parents[2] / "src" / "shoal"
ENGLISH = CATALOGUES["en"]["sentences"]
LANGUAGES = sorted(CATALOGUES)
STORED = {value for name, value in vars(problems).items() if name.isupper()}
CODE_IS_SECOND = {"WrongParameter"}
GIVEN_BY_CLASS = {"UnknownValue", "UnknownField", "UnknownIssues", "IssueNotFound", "QueueNotFound", "NotMember"}
GIVEN_BY_CLASS |= {"TooManyIssues", "UnknownRole", "MissingParameter", "BadSignature"}


def facts_of(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@cache
def nodes() -> list[ast.AST]:
    """Everything that the product's code is made of."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py")))
    return [node for tree in trees for node in ast.walk(tree)]


def error_names() -> set[str]:
    """The classes of errors there are, those of the wires too, that take a code."""
    found = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
    classes = [node for node in nodes() if isinstance(node, ast.ClassDef)]
    for _ in range(3):
        found |= {node.name for node in classes if found & {getattr(base, "id", "") for base in node.bases}}
    return found - GIVEN_BY_CLASS


def raised() -> Iterator[tuple[str, set[str]]]:
    """Every code that is written where something goes wrong, with the names of its facts."""
    names = error_names() | {"problem", "Problem"}
    for node in nodes():
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in names:
            place = int(getattr(node.func, "id", "") in CODE_IS_SECOND)
            code = node.args[place] if len(node.args) > place else None
            if isinstance(code, ast.Constant) and isinstance(code.value, str) and code.value:
                yield code.value, {keyword.arg for keyword in node.keywords if keyword.arg} - {"about", "facts"}


def test_what_is_raised_has_a_sentence_for_just_these_facts() -> None:
    found = list(raised())
    assert len(found) > 200
    wrong = [
        (code, facts)
        for code, facts in found
        if code not in ENGLISH or facts_of(ENGLISH[code]) - {"field"} != facts - {"field"}
    ]
    assert wrong == []


def test_no_sentence_is_for_nothing() -> None:
    written = {node.value for node in nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert set(ENGLISH) - written == set()
    assert set(ENGLISH) >= STORED


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same(language: str) -> None:
    said = CATALOGUES[language]["sentences"]
    assert list(said) == list(ENGLISH)
    assert {code: facts_of(text) for code, text in said.items()} == {
        code: facts_of(text) for code, text in ENGLISH.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_begins_small_and_ends_without_a_stop(language: str) -> None:
    names = ("Shoal", "Incorrect IAM", "IAM", "IPD")
    for text in CATALOGUES[language]["sentences"].values():
        assert text == text.strip()
        assert not text.endswith((".", "。"))
        assert text[:1] == text[:1].lower() or text.startswith(names), text


@pytest.mark.parametrize("language", ["ru", "zh"])
def test_everything_that_may_be_missing_has_a_name(language: str) -> None:
    things = CATALOGUES[language]["things"]
    may_be_missing = {*REFERENCE_KINDS, *(field.name for field in STANDARD.values() if field.is_reference)}
    assert may_be_missing | set(CATALOGUES["en"]["things"]) <= set(things)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (UnknownValue("fix_versions", "9.9"), "fix_versions: there is no fix version 9.9"),
        (UnknownValue("custom.5", "x"), "custom.5: there is no value x"),
        (UnknownIssues(["A-1", "A-2"]), "issues: there are no issues [A-1, A-2]"),
        (TooManyIssues(10), "issues: at most 10 issues at once"),
        (TooManyIssues(10, 12), "issues: at most 10 issues at once; this names 12"),
        (WrongParameter("page", "at_least", least=1), "page: at least 1 is expected"),
        (QuerySyntaxError("query_sort", 9, about="linked_to"), "there is no sorting by linked to at position 9"),
        (QuerySyntaxError("expected", 3, wanted="a_value"), "expected a value at position 3"),
        (Invalid.of([problem("required", "a"), problem("cycle", "b")]), "a: a value is required; b: "),
        (OSError("no such file"), "no such file"),
    ],
    ids=str,
)
def test_an_error_in_english(error: Exception, said: str) -> None:
    assert messages.text(error).startswith(said)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ru", "не найдено: версия исправления 9.9"),
        ("zh", "不存在修复版本 9.9"),
        ("de", "there is no fix version 9.9"),
    ],
)
def test_a_thing_is_called_as_the_language_has_it(language: str, said: str) -> None:
    assert messages.sentence(UnknownValue("fix_versions", "9.9").problems[0], language) == said


OLD: Mapping[str, Problem] = {
    "no right to change this issue in the target queue": Problem("forbidden", None, " in the target queue"),
    "there is no component Core in the queue of this issue": Problem("not_in_queue", "components", "component Core"),
    "the transition close is not available from the status of this issue": Problem("no_transition", None, "close"),
    "integer out of range": Problem("invalid", None, "integer out of range"),
    "2": Problem("stale", None, "2"),
}


@pytest.mark.parametrize("said", OLD)
def test_what_was_stored_before_there_were_facts_is_still_read(said: str) -> None:
    assert messages.sentence(OLD[said], "ru") == said


def test_facts_stay_as_they_were_written() -> None:
    assert messages.sentence(problem("no_user", user="{0.__class__}")) == "there is no user {0.__class__}"
    assert messages.sentence(problem("no_user")) == "there is no user ?"
    assert messages.sentence(Problem("words {of} the database")) == "words {of} the database"
