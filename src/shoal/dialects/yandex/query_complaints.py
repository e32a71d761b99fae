"""Sentences for what the parser did not expect."""

from __future__ import annotations

from collections.abc import Collection

from lark import Token

from shoal.domain.errors import QuerySyntaxError

VALUES = frozenset({"STRING", "WORD", "MOMENT", "INTERVAL", "LOGIN", "FUNCTION"})
COMPARING = frozenset({"OPERATOR", "_RANGE", "PLUS", "MINUS"})
SHOWN = 40
"""The characters of the query that a sentence repeats."""


def character_complaint(text: str, position: int) -> QuerySyntaxError:
    """What to say of a character that begins no token."""
    character = text[position]
    before = _last_word(text, position)
    if character == '"':
        return QuerySyntaxError("no_closing_quote", position)
    if character == "=" and before:
        return QuerySyntaxError("colon_expected", position, before=before)
    return QuerySyntaxError("unexpected_character", position, character=character)


def token_complaint(text: str, token: Token, expected: Collection[str]) -> QuerySyntaxError:
    """What to say of a token where it may not stand. `expected`: the types of token that may stand there."""
    position = len(text) if token.type == "$END" else token.start_pos or 0
    before = _last_word(text, position)
    wanted = _wanted(token, before, expected)
    if token.type == "$END":
        code = ENDS[bool(wanted), bool(before)]
        return QuerySyntaxError(code, position, wanted=wanted, before=before)
    code = GOES_ON[bool(wanted), bool(before)]
    return QuerySyntaxError(code, position, wanted=wanted, before=before, found=_shown(text, token))


ENDS = {
    (True, True): "expected_after",
    (True, False): "expected",
    (False, True): "query_ends_early",
    (False, False): "query_ends_early",
}
GOES_ON = {
    (True, True): "expected_after_not",
    (True, False): "expected_not",
    (False, True): "unexpected_after",
    (False, False): "unexpected",
}
"""What is said of the end, and of another token: by whether it is known what should stand there, and after what."""


def _wanted(token: Token, before: str, expected: Collection[str]) -> str:
    """What should have stood there; nothing when it might be too many things."""
    takes_field, takes_value = "FIELD" in expected, not VALUES.isdisjoint(expected)
    if "_COLON" in expected:
        return "':'"
    if takes_field and not takes_value:
        return "field_name"
    if takes_value and not takes_field:
        return "a_value"
    if "_COMMA" not in expected and token.type in COMPARING:
        return "':'" if _is_name(before) else "condition"
    if token.type == "$END" and "_RPAR" in expected and _is_name(before):
        return "')'"
    if takes_field and "$END" not in expected and "_RPAR" not in expected:
        return "condition"
    return ""


def _is_name(before: str) -> bool:
    return bool(before) and before.casefold() not in ("and", "or") and before[-1] not in "(),"


def _shown(text: str, token: Token) -> str:
    if token.start_pos is None or token.end_pos is None:
        return f"'{token}'"
    source = text[token.start_pos : token.end_pos]
    return f"'{source if len(source) <= SHOWN else source[:SHOWN] + '…'}'"


def _last_word(text: str, position: int) -> str:
    words = text[max(0, position - SHOWN) : position].split()
    return words[-1] if words else ""
