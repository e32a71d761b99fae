"""What the fields of bodies are made of: the forms that one value may come in.

The vendor's document has one form of each; clients have others, and the server takes them.
"""

from __future__ import annotations

from collections.abc import Mapping

from shoal.dialects.codearts.read import bodies
from shoal.dialects.codearts.read.fields import KINDS
from shoal.dialects.codearts.read.projects import LONGEST_NAME, LONGEST_SOURCE
from shoal.dialects.codearts.tables import CREATOR, ROLES, SPRINT_STATES
from shoal.dialects.http import LARGEST

Schema = dict[str, object]

PROJECT_ID: Schema = {"type": "string", "pattern": "^[0-9a-fA-F]{32}$", "description": "The 32-digit id of a project."}

_DIGITS = r"\s*[0-9]{1,18}\s*"
_DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_MOMENT = rf"\s*([0-9]{{10,15}}|{_DAY}( {_TIME})?)?\s*"
_ROLES = sorted(ROLES.keys() - {CREATOR})


def _whole(pattern: str, description: str, *, least: int = 0, most: int = LARGEST) -> Schema:
    """A whole number, or the text of one."""
    return {
        "type": ["integer", "string"],
        "minimum": least,
        "maximum": most,
        "pattern": f"^{pattern}$",
        "description": description,
    }


_USER = _whole(f"([0-9a-fA-F]{{32}}|{_DIGITS})?", "The 32-digit id of a user, or the number. The empty text is nobody.")

WORDS: Mapping[str, Schema] = {
    "Text": {"type": "string", "minLength": 1},
    "IntegerOrText": {"type": ["integer", "string"], "minimum": -LARGEST, "maximum": LARGEST},
    "Scalar": {"type": ["string", "number", "boolean"], "minimum": -LARGEST, "maximum": LARGEST},
    "NumberOrText": {"type": ["string", "number"], "minimum": -LARGEST, "maximum": LARGEST},
    # --- numbers
    "Digits": _whole(_DIGITS, "A number, or its digits as text."),
    "Number": _whole(_DIGITS, "A number, or its digits as text. One that nothing has finds nothing.", least=-LARGEST),
    "NumberOrNone": _whole(f"({_DIGITS})?", "A number, or its digits as text. 0 and the empty text are none."),
    "Numbers": _whole(
        rf"({_DIGITS})?(,({_DIGITS})?)*", "A number, or several as one text with commas between.", least=-LARGEST
    ),
    "Percent": _whole(r"(\s*(100|[0-9]{1,2})\s*)?", "0 to 100, or its digits as text.", most=100),
    "PageSize": _whole(r"(\s*(100|[1-9][0-9]?)\s*)?", "1 to 100; 10 without it.", least=1, most=100),
    "PageOffset": _whole(f"({_DIGITS})?", "How many to leave out; 0 without it."),
    "Hours": {
        "type": ["number", "string"],
        "minimum": 0,
        "pattern": r"^([0-9]+(\.[0-9]+)?)?$",
        "description": "Hours with their fractions, or the same as text. The empty text is none.",
    },
    # --- ids
    "ProjectId": PROJECT_ID,
    "UserId": {"type": "string", "pattern": "^[0-9a-fA-F]{32}$", "description": "The 32-digit id of a user."},
    "UserOrNone": _USER,
    "IpdUser": {
        **_USER,
        "type": ["object", "integer", "string"],
        "properties": {"id": {**_USER, "type": ["integer", "string", "null"]}},
        "description": "The `id` in an object, or alone: 32 digits, or the number. The empty text is nobody.",
    },
    "ItemIds": {
        "type": ["string", "integer", "array"],
        "pattern": r"[0-9]",
        "minimum": 0,
        "maximum": 9_999_999_999,
        "minItems": 1,
        "items": {"type": ["string", "integer"], "minimum": 0, "maximum": 9_999_999_999},
        "description": (
            "Work items: one text with commas between the ids (as the vendor's second version has it, whose document "
            "shows one id), one number, or an array of either. Each id is 1 to 10 digits; an id that comes twice "
            f"counts once; at most {bodies.MOST_ITEMS}, and 100 where DELETE takes them."
        ),
    },
    "IpdId": _whole(r"\s*[0-9]{18,19}\s*", "An IPD item: 18 or 19 digits.", least=10**17),
    "CustomFieldName": {"type": "string", "pattern": "^custom_field[0-9]{1,18}$"},
    # --- time
    "Day": {"type": "string", "pattern": f"^({_DAY})?$", "description": "The empty text is none."},
    "DayOfTime": {
        "type": "string",
        "pattern": rf"^\s*({_DAY}( .*)?)?$",
        "description": "A day; a time of day after it is cut off. The empty text is none.",
    },
    "Millis": _whole(
        "([0-9]{10,15})?",
        "Milliseconds since the epoch. The empty text is none.",
        least=10**9,
        most=10**15 - 1,
    ),
    "Interval": {
        "type": "string",
        "pattern": rf"^(\s*|{_MOMENT},{_MOMENT})$",
        "description": (
            "`start,end`, each in milliseconds since the epoch, or in UTC as `2026-01-02 03:04:05` or `2026-01-02`. "
            "The end belongs to it; an empty one is open."
        ),
    },
    # --- words
    "ProjectName": {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME},
    "ProjectSource": {"type": "string", "maxLength": LONGEST_SOURCE},
    "ProjectType": {"type": "string", "pattern": "^[sS][cC][rR][uU][mM]$", "description": "`scrum`, the one there is."},
    "RoleId": {
        "enum": [*_ROLES, *map(str, _ROLES)],
        "description": ", ".join(f"{number} {ROLES[number].name}" for number in _ROLES),
    },
    "IterationStatus": {
        "enum": [*SPRINT_STATES, *map(int, SPRINT_STATES)],
        "description": "0 not started, 1 running, 2 finished; a step goes to a neighbour.",
    },
    "OverType": {
        "enum": ["close", "empty", ""],
        "description": "What becomes of the open items when the iteration ends.",
    },
    "FieldType": {"enum": list(KINDS)},
}

RULES: Mapping[str, Schema] = {
    "BatchUpdateIssuesAttribute": {"minProperties": 1},
    "IssueUpdateAttribute": {
        "minProperties": 1,
        "description": "Of these a work item of this server has title to workload; the others are taken and ignored.",
    },
    "AddCommentsRequest": {
        "anyOf": [{"required": ["innerText"]}, {"required": ["notes"]}],
        "description": "`innerText` has the comment in clear, `notes` percent-encoded; the former wins.",
    },
    "UpdateCommentsRequest": {"anyOf": [{"required": ["innerText"]}, {"required": ["notes"]}]},
    "DeleteIssueNoteParam": {"description": "`id` is the comment's."},
}
"""What a model demands beyond its fields."""
