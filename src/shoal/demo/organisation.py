"""Fills a database with the demo's organisations. What is there stays, so it may be cut off and begun again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from shoal.actions import access_keys, groups, operators, organisations, queues, tokens, users
from shoal.actions.imports import Import
from shoal.actions.sealing import Seal
from shoal.demo import issues, state, words
from shoal.demo.issues import Cast
from shoal.demo.state import State
from shoal.domain.actor import Actor, Right
from shoal.domain.errors import Conflict, NotFound, Unauthenticated
from shoal.domain.imports import Person, RowReport
from shoal.domain.organisation import Organisation
from shoal.domain.queue import NewQueue
from shoal.domain.user import NewUser
from shoal.store.db import Database

# Without blanks: scripts are told the name in a file that a shell may read.
NAME, OTHER_NAME = "Reef", "Atoll"
OWNER, OUTSIDER, STRANGER, NEIGHBOUR = "rosa", "vera", "olga", "nina"
TEAM_SIZE, REPORTERS = 30, 80
FOREIGN_ISSUES = 12

Progress = Callable[[str, int], None]
"""Called with a queue's key and how many of its issues are dealt with."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What a script needs to know of the organisations. Tokens are by login."""

    org_id: int
    other_org_id: int
    tokens: dict[str, str]
    password: str
    queue_id: int
    """Of TEST."""
    access_key: str
    secret_key: str
    """The owner's, to sign requests with."""


def sizes(count: int) -> dict[str, int]:
    """How many issues each queue of the demo gets."""
    return {"TEST": count, "DEMO": min(max(20, count // 50), 2000), "FOREIGN": FOREIGN_ISSUES, "OTHER": FOREIGN_ISSUES}


async def fill(db: Database, folder: Path, count: int, progress: Progress, *, seal: Seal) -> Demo:
    """Make everything that is not there yet, `count` issues in TEST among it."""
    kept = state.load(folder)
    state.save(folder, kept)
    org, other = await _organisation(db, NAME), await _organisation(db, OTHER_NAME)
    is_strange = kept.org_id != org.id  # the data directory is old and the database new, or the other way round
    if is_strange:
        kept.org_id, kept.filled = org.id, {}
    owner = await _user(db, org, NewUser(OWNER, "Rosa", "Prado", is_admin=True, password=kept.password))
    if is_strange:
        await users.set_password(db, owner, OWNER, kept.password)
    stranger = await _user(db, org, NewUser(STRANGER, "Olga", "Lind"))
    neighbour = await _user(db, other, NewUser(NEIGHBOUR, "Nina", "Faber", is_admin=True))
    outsider = await _user(db, org, NewUser(OUTSIDER, "Вера", "Соколова", language="ru"))
    team = await _team(db, org)
    await _queues(db, owner, stranger, neighbour, team)
    for actor in (owner, outsider, neighbour):
        await _token(db, actor, kept)
    await _access_key(db, seal, owner, kept)
    state.save(folder, kept)
    cast = Cast([OWNER, *team], [*team[:5], *_reporters()])
    for key, actor in (("TEST", owner), ("DEMO", owner), ("FOREIGN", stranger), ("OTHER", neighbour)):
        await _issues(db, actor, key, cast, kept, sizes(count)[key], progress)
        state.save(folder, kept)
    [test] = (await queues.get(db, owner, "TEST")).queues
    return Demo(org.id, other.id, dict(kept.tokens), kept.password, test.id, kept.access_key, kept.secret_key)


async def _organisation(db: Database, name: str) -> Organisation:
    return await organisations.find_named(db, name) or await organisations.create(db, name)


async def _user(db: Database, org: Organisation, new: NewUser) -> Actor:
    try:
        user = await users.get(db, operators.operator(org), new.login)
    except NotFound:
        user = await users.create(db, org.id, new)
    return operators.actor(org, user)


async def _team(db: Database, org: Organisation) -> list[str]:
    """Logins of those who work on the issues; some of them in Russian and Chinese."""
    people = [
        NewUser("ivan", "Иван", "Петров", language="ru"),
        NewUser("mei", "梅", "李", language="zh"),
        *(
            NewUser(f"{first.lower()}.{last.lower()}", first, last)
            for first, last in zip(words.FIRST_NAMES, words.LAST_NAMES, strict=False)
        ),
    ][:TEAM_SIZE]
    return [(await _user(db, org, person)).login for person in people]


async def _queues(db: Database, owner: Actor, stranger: Actor, neighbour: Actor, team: Sequence[str]) -> None:
    """TEST and DEMO are the owner's and the team's; FOREIGN is the stranger's alone."""
    developers = await groups.add(db, owner, "Developers", team)
    for key, name in (("TEST", "Testing"), ("DEMO", "Demonstration")):
        await _queue(db, owner, NewQueue(key, name))
        for login in team[:3]:
            await queues.grant(db, owner, key, login, [Right.READ, Right.WRITE, Right.CREATE])
        await groups.grant(db, owner, key, developers, [Right.READ, Right.WRITE])
    await _queue(db, replace(stranger, is_admin=True), NewQueue("FOREIGN", "Somebody else's"))
    await _queue(db, neighbour, NewQueue("OTHER", "Next door"))


async def _queue(db: Database, owner: Actor, new: NewQueue) -> None:
    with suppress(Conflict):
        await queues.create(db, owner, new)


async def _token(db: Database, actor: Actor, kept: State) -> None:
    """A token that works: the one kept, or a new one where the database is another than before."""
    try:
        known = await tokens.authenticate(db, kept.tokens.get(actor.login, ""))
    except Unauthenticated:
        known = None
    if known is None or (known.org_id, known.user_id) != (actor.org_id, actor.user_id):
        kept.tokens[actor.login] = await tokens.create(db, actor, "demo")


async def _access_key(db: Database, seal: Seal, actor: Actor, kept: State) -> None:
    """A key that works: the one kept, or a new one where the database or the secret key is another than before."""
    known = await access_keys.find(db, kept.access_key)
    with suppress(Unauthenticated):
        if known and known.org_id == actor.org_id and access_keys.secret(seal, known) == kept.secret_key:
            return
    kept.access_key, kept.secret_key = await access_keys.create(db, seal, actor, "demo")


def _reporters() -> list[Person]:
    """People who only report: external users, made by the import."""
    first, last = words.FIRST_NAMES, words.LAST_NAMES
    names = [(first[n % len(first)], last[(n * 7 + n // len(first) + 1) % len(last)]) for n in range(REPORTERS)]
    return [Person(f"{one.lower()}.{two.lower()}@example.com", f"{one} {two}") for one, two in dict.fromkeys(names)]


async def _issues(
    db: Database, actor: Actor, key: str, cast: Cast, kept: State, count: int, progress: Progress
) -> None:
    if kept.filled.get(key, 0) >= count:
        progress(key, count)
        return
    done = 0

    def listen(_report: RowReport) -> None:
        nonlocal done
        done += 1
        progress(key, done)

    rows = issues.rows(key, cast, seed=kept.seed, count=count, now=kept.now)
    run = Import(db, actor, key, now=kept.now, listen=listen)
    await run.issues(rows)
    await run.finish()
    kept.filled[key] = count
