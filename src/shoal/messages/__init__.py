"""What went wrong, as people read it: the sentence for each code, in every language of Shoal's.

An error carries facts, and is made a sentence here at the edge. A file a language; where one lacks something English
speaks. What is no code is a sentence already: the database's own words, or those of an older Shoal.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources

from shoal.domain.errors import ShoalError
from shoal.domain.problems import Problem

Catalogue = Mapping[str, Mapping[str, str]]


def _read(language: str) -> Catalogue:
    return tomllib.loads((resources.files(__name__) / f"{language}.toml").read_text("utf-8"))


CATALOGUES: Mapping[str, Catalogue] = {language: _read(language) for language in ("en", "ru", "zh")}

OLD: Mapping[str, str] = {
    "forbidden": "no right to change this issue{detail}",
    "not_in_queue": "there is no {detail} in the queue of this issue",
    "no_transition": "the transition {detail} is not available from the status of this issue",
    "invalid": "{detail}",
}
"""By code: what a problem says that was stored with a part of the sentence in place of facts."""


def sentence(problem: Problem, language: str = "en") -> str:
    """What the problem says, with neither a capital nor a full stop."""
    if problem.detail:
        return OLD.get(problem.code, "{detail}").format(detail=problem.detail)
    spoken, english = CATALOGUES.get(language, CATALOGUES["en"]), CATALOGUES["en"]
    template = spoken["sentences"].get(problem.code) or english["sentences"].get(problem.code)
    said = problem.code if template is None else template.format_map(_Facts(problem.facts, spoken["things"]))
    position = problem.facts.get("position")
    return said if position is None else spoken["sentences"]["at"].format(sentence=said, position=position)


def text(error: Exception, language: str = "en") -> str:
    """All that an error says, each problem with the name of its field."""
    if not isinstance(error, ShoalError):
        return str(error)
    said = ((problem.field, sentence(problem, language)) for problem in error.problems)
    return "; ".join(f"{name}: {saying}" if name else saying for name, saying in said)


class _Facts(dict[str, object]):
    """The facts of a problem, the kind of a thing as the language calls it."""

    def __init__(self, facts: Mapping[str, object], things: Mapping[str, str]) -> None:
        super().__init__(facts)
        for name in ("thing", "wanted"):
            if isinstance(kind := facts.get(name), str):
                self[name] = things.get(kind, kind.replace("_", " "))

    def __missing__(self, name: str) -> str:
        return "?"
