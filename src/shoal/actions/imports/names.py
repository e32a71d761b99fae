"""The names of a file, and the ids they have here: found, or made when there is nothing of the name.

`prepare` makes all names of some records known, a few statements for each kind; after it the lookups are pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from shoal.actions.imports.history import HISTORY, names_of
from shoal.domain import imports
from shoal.domain.actor import Actor
from shoal.domain.catalogue import CatalogueEntry
from shoal.domain.fields import CATALOGUE_KINDS, Kind
from shoal.domain.imports import IssueRecord, Mapped, Summary, Who, clean_name, clean_names, fold, identity
from shoal.store import catalogues
from shoal.store import imports as store
from shoal.store.db import Transaction


@dataclass(slots=True)
class Mentioned:
    """The names that some records need, each once."""

    entries: dict[tuple[Kind, str], str | None] = field(default_factory=dict)
    """By kind and name; for a status its category there."""
    statuses: set[str] = field(default_factory=set)
    """Those of `entries` that issues are in now."""
    types: set[str] = field(default_factory=set)
    people: dict[str, str] = field(default_factory=dict)
    """Display name by login."""
    components: set[str] = field(default_factory=set)
    versions: set[str] = field(default_factory=set)
    sprints: set[str] = field(default_factory=set)


class Names:
    """What is known so far of the names, for one queue."""

    def __init__(self, actor: Actor, queue: store.Queue, summary: Summary) -> None:
        self.queue = queue
        self._actor = actor
        self._summary = summary
        self._entries: dict[tuple[Kind, str], CatalogueEntry] = {}
        self._keys: dict[Kind, set[str]] = {}
        self._people: dict[str, int] = {}
        self._settled: set[tuple[Kind, int]] = set()
        self.components: Mapping[str, int] = {}
        self.versions: Mapping[str, int] = {}
        self.sprints: Mapping[str, int] = {}

    async def load(self, tx: Transaction) -> None:
        """Start from what is there."""
        for kind in CATALOGUE_KINDS:
            for entry in await catalogues.list_all(tx, kind):
                self._learn(entry)
        self.components = await store.components(tx, self.queue.id)
        self.versions = await store.versions(tx, self.queue.id)
        self.sprints = await store.sprints(tx, self.queue.id, user_id=self._actor.user_id)

    def _learn(self, entry: CatalogueEntry) -> None:
        self._keys.setdefault(entry.kind, set()).add(entry.key)
        for name in (entry.key, *entry.names.values()):
            self._entries.setdefault((entry.kind, fold(name)), entry)

    # --- lookups ---------------------------------------------------------------------------------------------------

    def entry(self, kind: Kind, name: str | None) -> CatalogueEntry | None:
        """The catalogue entry of this name; None for no name."""
        name = clean_name(name)
        return self._find(kind, name) if name else None

    def person(self, who: Who) -> int | None:
        """The user; None for nobody."""
        known = identity(who)
        return self._people[known[0].lower()] if known else None

    def _find(self, kind: Kind, name: str) -> CatalogueEntry | None:
        folded = fold(name) or name
        synonym = imports.SYNONYMS.get((kind, folded))
        return self._entries.get((kind, folded)) or (self._entries.get((kind, fold(synonym))) if synonym else None)

    # --- making what is missing ------------------------------------------------------------------------------------

    async def prepare(self, tx: Transaction, records: Sequence[IssueRecord]) -> None:
        """Make every name in these records known."""
        wanted = collect(records)
        await self.prepare_people(tx, wanted.people)
        for (kind, name), given in wanted.entries.items():
            await self._prepare_entry(tx, kind, name, given)
        await self._prepare_queue(tx, wanted)
        await self._prepare_named(tx, wanted)

    async def prepare_people(self, tx: Transaction, people: dict[str, str]) -> None:
        """Make these people known: display name by login."""
        # In whichever case of letters a login comes first.
        missing = {login.lower(): login for login in reversed(people) if login.lower() not in self._people}
        if not missing:
            return
        self._people |= await store.people(tx, missing)
        new = {login: _split(login, people[login]) for low, login in missing.items() if low not in self._people}
        if new:
            self._summary.created["people"] += await store.insert_people(tx, new)
            self._people |= await store.people(tx, new)

    async def _prepare_entry(self, tx: Transaction, kind: Kind, name: str, given: str | None) -> None:
        entry = self._find(kind, name)
        is_new = entry is None
        if entry is None:
            key = imports.key_for(name, self._keys.get(kind, set()), kind)
            category = imports.category(name, given) if kind is Kind.STATUS else None
            position = imports.PRIORITY_POSITIONS.get(fold(name)) if kind is Kind.PRIORITY else None
            entry = await store.insert_entry(tx, kind, key=key, name=name, category=category, position=position)
            self._learn(entry)
            self._entries.setdefault((kind, fold(name) or name), entry)
            self._summary.created[PLURALS[kind]] += 1
        self._summary.mapped.setdefault((kind, name), Mapped(kind, name, entry.names["en"], is_new))

    async def _prepare_queue(self, tx: Transaction, wanted: Mentioned) -> None:
        """Let the queue have the types, the statuses and the resolutions; once for each."""
        types = self._unsettled(Kind.TYPE, wanted.types)
        if types:
            await store.add_types(tx, self.queue.id, types)
        statuses = self._unsettled(Kind.STATUS, wanted.statuses)
        # A new type may bring a workflow that lacks a status of before.
        if types or statuses:
            await store.add_statuses(tx, self.queue.id, self._all_settled(Kind.STATUS))
        resolutions = self._unsettled(
            Kind.RESOLUTION, {name for kind, name in wanted.entries if kind is Kind.RESOLUTION}
        )
        if resolutions:
            await store.add_resolutions(tx, self.queue.id, resolutions)

    def _unsettled(self, kind: Kind, names: Iterable[str]) -> list[int]:
        ids = {entry.id for name in names if (entry := self._find(kind, name))}
        new = sorted(id_ for id_ in ids if (kind, id_) not in self._settled)
        self._settled |= {(kind, id_) for id_ in new}
        return new

    def _all_settled(self, kind: Kind) -> list[int]:
        return sorted(id_ for settled, id_ in self._settled if settled is kind)

    async def _prepare_named(self, tx: Transaction, wanted: Mentioned) -> None:
        if new := sorted(wanted.components - self.components.keys()):
            self.components = await store.components(tx, self.queue.id, add=new)
            self._summary.created["components"] += len(new)
        if new := sorted(wanted.versions - self.versions.keys()):
            self.versions = await store.versions(tx, self.queue.id, add=new)
            self._summary.created["versions"] += len(new)
        if new := sorted(wanted.sprints - self.sprints.keys()):
            self.sprints = await store.sprints(tx, self.queue.id, user_id=self._actor.user_id, add=new)
            self._summary.created["sprints"] += len(new)


PLURALS = {Kind.TYPE: "types", Kind.STATUS: "statuses", Kind.PRIORITY: "priorities", Kind.RESOLUTION: "resolutions"}


def _split(login: str, display: str) -> tuple[str, str]:
    first, _, last = display.partition(" ")
    return ("", "") if display == login else (first, last)


# --- collecting ----------------------------------------------------------------------------------------------------


def collect(records: Sequence[IssueRecord]) -> Mentioned:
    """Every name in these records."""
    wanted = Mentioned()
    for record in records:
        _collect_entries(wanted, record)
        _collect_lists(wanted, record)
        people = (record.reporter, record.creator, record.assignee, *(comment.by for comment in record.comments))
        _collect_people(wanted, people)
        if record.history:
            _collect_history(wanted, record)
    return wanted


def _collect_people(wanted: Mentioned, people: Iterable[Who]) -> None:
    for login, display in filter(None, map(identity, people)):
        if display != login or login not in wanted.people:  # a login alone takes no name away
            wanted.people[login] = display


def _collect_entries(wanted: Mentioned, record: IssueRecord) -> None:
    for kind, text, given in (
        (Kind.TYPE, record.type, None),
        (Kind.STATUS, record.status, record.status_category),
        (Kind.PRIORITY, record.priority, None),
        (Kind.RESOLUTION, record.resolution, None),
    ):
        if name := clean_name(text):
            wanted.entries.setdefault((kind, name), given)
    wanted.types |= set(clean_names([record.type]))
    wanted.statuses |= set(clean_names([record.status]))


def _collect_lists(wanted: Mentioned, record: IssueRecord) -> None:
    wanted.components |= set(clean_names(record.components))
    wanted.versions |= set(clean_names((*record.affects_versions, *record.fix_versions)))
    wanted.sprints |= set(clean_names(record.sprints))


def _collect_history(wanted: Mentioned, record: IssueRecord) -> None:
    for change in record.history or ():
        _collect_people(wanted, [change.by])
        known = HISTORY.get(fold(change.field))
        if known is not None:
            _collect_values(wanted, known.kind, names_of(change))


def _collect_values(wanted: Mentioned, kind: Kind, names: Sequence[str]) -> None:
    named = {Kind.COMPONENT: wanted.components, Kind.VERSION: wanted.versions, Kind.SPRINT: wanted.sprints}
    if kind is Kind.USER:
        _collect_people(wanted, names)
    elif kind in PLURALS:
        for name in names:
            wanted.entries.setdefault((kind, name), None)
    elif kind in named:
        named[kind] |= set(names)
