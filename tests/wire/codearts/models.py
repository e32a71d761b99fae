"""Holds raw JSON against the types that the vendor's SDK declares for its models.

The SDK itself coerces what it gets, so it would hide a number sent as a string; and it drops keys that it does not
know, so it would hide a misspelt one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import huaweicloudsdkprojectman.v4 as sdk

LIST = re.compile(r"list\[(.+)\]")
SCALARS: Mapping[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
}


def mismatches(value: object, model: str, where: str = "$") -> list[str]:
    """What is wrong with the value as this model, one line each; none when it has every key of the model, no other,
    and the declared type at each. A scalar or an object may be null, a list may not."""
    declared = getattr(sdk, model, None)
    if declared is None:
        return [f"{where}: the SDK has no model {model}"]
    if not isinstance(value, dict):
        return [f"{where}: {model} is expected, not {value!r}"]
    types = {declared.attribute_map[name]: kind for name, kind in declared.openapi_types.items()}
    found = [f"{where}.{key}: missing" for key in types.keys() - value.keys()]
    found += [f"{where}.{key}: not a key of {model}" for key in value.keys() - types.keys()]
    for key in types.keys() & value.keys():
        found += _mismatches_of(value[key], types[key], f"{where}.{key}")
    return sorted(found)


def _mismatches_of(value: Any, kind: str, where: str) -> list[str]:
    if match := LIST.fullmatch(kind):
        if not isinstance(value, list):
            return [f"{where}: a list is expected, not {value!r}"]
        parts = (_mismatches_of(part, match[1], f"{where}[{n}]") for n, part in enumerate(value))
        return [problem for problems in parts for problem in problems]
    if value is None or kind == "object":
        return []
    if kind not in SCALARS:
        return mismatches(value, kind, where)
    fits = isinstance(value, SCALARS[kind]) and isinstance(value, bool) == (kind == "bool")
    return [] if fits else [f"{where}: {kind} is expected, not {value!r}"]


def check(value: Any, model: str) -> Any:
    """The value, which is of this model to the last key."""
    assert mismatches(value, model) == []
    return value
