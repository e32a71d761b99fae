"""Conditions on texts: words in any of their forms by the search index, phrases and unbroken scripts by pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass

from psycopg.sql import SQL, Composable, Composed

from shoal.domain.fields import Field
from shoal.store.search.params import Params

# Chinese and Japanese are written without blanks, so the index has whole sentences for words.
NO_BREAKS = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
LEXEME = re.compile(r"'(?:[^']|'')*'")

FALSE, TRUE = SQL("false"), SQL("true")


@dataclass(frozen=True, slots=True)
class Words:
    """A text to be searched for: lexemes for the index, and patterns for what is in no index. All must be found."""

    lexemes: str
    patterns: tuple[str, ...]

    @classmethod
    def of(cls, plain: str, lexemes: str, substrings: tuple[str, ...]) -> Words:
        """Words that leave no lexeme, such as `the` or `++`, are searched for as they stand."""
        left = (plain,) if plain and not lexemes else ()
        return cls(lexemes, tuple(f"%{escape(part)}%" for part in (*left, *substrings)))

    def weighted(self, weight: str) -> str:
        """The lexemes where they have this weight: A in a summary, B in a description."""
        return LEXEME.sub(lambda match: f"{match[0]}:{weight}", self.lexemes)

    def __bool__(self) -> bool:
        return bool(self.lexemes or self.patterns)


def plain_words(text: str) -> tuple[str, tuple[str, ...]]:
    """The words that the index knows, and those of scripts without blanks."""
    words = text.split()
    unbroken = tuple(word for word in words if NO_BREAKS.search(word))
    return " ".join(word for word in words if not NO_BREAKS.search(word)), unbroken


def escape(text: str) -> str:
    """The pattern that matches this text and no other."""
    return re.sub(r"([\\%_])", r"\\\1", text)


# --- contains all the words ----------------------------------------------------------------------------------------

IN_ISSUE = SQL("SELECT t.issue_id FROM {} t WHERE t.org_id = %(org)s AND {}")
IN_BOTH = SQL("""SELECT t.issue_id FROM {} t JOIN issue s ON s.org_id = %(org)s AND s.id = t.issue_id
                  WHERE t.org_id = %(org)s AND {}""")
IN_COMMENT = SQL("SELECT c.issue_id FROM {} c WHERE c.org_id = %(org)s AND {}")
FOUND = SQL("i.id IN ({})")
ISSUES, COMMENTS = SQL("issue_text"), SQL("comment")


def contains(field: Field, words: Words, params: Params) -> Composed:
    """The field has all the words."""
    if not words:
        return Composed([FALSE])
    if field.name == "summary":
        return _summary(words, params)
    if field.name == "description":
        alike = _all(_alike(SQL("t.description"), words, params))
        return FOUND.format(IN_ISSUE.format(_issues(words.weighted("B"), params), alike))
    if field.name == "comment":
        return FOUND.format(_in_comments(words, params))
    text = value(field, params)
    parts = _alike(text, words, params)
    if words.lexemes:
        query = params.add(words.lexemes, SQL("tsquery"))
        parts.append(SQL("to_tsvector('pg_catalog.russian', {}) @@ {}").format(text, query))
    return _all(parts)


def anywhere(words: Words, params: Params) -> Composed:
    """Summary and description have all the words between them, or one comment has them."""
    if not words:
        return Composed([FALSE])
    parts = []
    for pattern in words.patterns:
        both = params.text(pattern)
        parts.append(SQL("(s.summary ILIKE {} OR t.description ILIKE {})").format(both, both))
    in_issue = (IN_BOTH if parts else IN_ISSUE).format(_issues(words.lexemes, params), _all(parts))
    return FOUND.format(SQL("{} UNION {}").format(in_issue, _in_comments(words, params)))


def _summary(words: Words, params: Params) -> Composed:
    alike = _alike(SQL("i.summary"), words, params)
    if not words.lexemes:
        return _all(alike)
    return _all([FOUND.format(IN_ISSUE.format(_issues(words.weighted("A"), params), TRUE)), *alike])


def _in_comments(words: Words, params: Params) -> Composed:
    matching = _matching(COMMENTS, SQL("comments_matching"), words.lexemes, params)
    return IN_COMMENT.format(matching, _all(_alike(SQL("c.text"), words, params)))


def _issues(lexemes: str, params: Params) -> Composable:
    return _matching(ISSUES, SQL("issues_matching"), lexemes, params)


def _matching(table: SQL, function: SQL, lexemes: str, params: Params) -> Composable:
    """The texts with these lexemes, by the function that knows how the index is used behind the wall."""
    return SQL("{}({})").format(function, params.add(lexemes, SQL("tsquery"))) if lexemes else table


def _alike(text: Composable, words: Words, params: Params) -> list[Composed]:
    return [SQL("{} ILIKE {}").format(text, params.text(pattern)) for pattern in words.patterns]


def _all(parts: list[Composed]) -> Composed:
    return SQL(" AND ").join(parts) if parts else Composed([TRUE])


# --- exactly a phrase, and nothing at all --------------------------------------------------------------------------


def is_phrase(field: Field, text: str, params: Params) -> Composed:
    """The whole summary is this phrase, or the phrase is somewhere in another text; `||` is any words between."""
    phrase = "%".join(escape(part) for part in text.split("||"))
    pattern = params.text(phrase if field.name == "summary" or field.is_custom else f"%{phrase}%")
    match field.name:
        case "summary":
            return SQL("i.summary ILIKE {}").format(pattern)
        case "description":
            return FOUND.format(IN_ISSUE.format(ISSUES, SQL("t.description ILIKE {}").format(pattern)))
        case "comment":
            return FOUND.format(IN_COMMENT.format(COMMENTS, SQL("c.text ILIKE {}").format(pattern)))
        case _:
            return SQL("{} ILIKE {}").format(value(field, params), pattern)


def has_no_text(field: Field, params: Params) -> Composed:
    match field.name:
        case "summary":
            return Composed([FALSE])
        case "description":
            return SQL("NOT EXISTS ({} AND t.issue_id = i.id)").format(
                IN_ISSUE.format(ISSUES, SQL("t.description <> ''"))
            )
        case "comment":
            return SQL("NOT EXISTS ({})").format(IN_COMMENT.format(COMMENTS, SQL("c.issue_id = i.id")))
        case _:
            return SQL("coalesce({}, '') = ''").format(value(field, params))


def value(field: Field, params: Params) -> Composed:
    """The text of a custom field's value; null without one."""
    return SQL("(i.custom ->> {})").format(params.text(str(field.id)))


def first_value(field: Field, params: Params) -> Composed:
    """The text of the first item of a custom list; null without one."""
    return SQL("(i.custom -> {} ->> 0)").format(params.text(str(field.id)))
