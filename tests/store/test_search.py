"""Every kind of field and operator selects exactly the right issues, in a real database.

The issues have letters for names, see searched.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any

import pytest

from shoal import messages
from shoal.dialects.yandex import ids as wire
from shoal.dialects.yandex.query import filter_query, order, parse
from shoal.dialects.yandex.query_names import NAMES
from shoal.domain.errors import QuerySyntaxError, UnknownValue
from shoal.domain.query import Query
from shoal.store import search
from shoal.store.db import Database, Transaction
from tests import database
from tests.store.searched import NOW, Finder, Place, make_place


@pytest.fixture(scope="module")
def place(postgres_url: str, template_database: str) -> Iterator[Place]:
    """One database for the module: its tests only read."""
    with database.database(postgres_url, template=template_database) as url:
        yield asyncio.run(make_place(url))


@pytest.fixture
async def find(place: Place) -> AsyncIterator[Finder]:
    db = Database(place.url)
    await db.open()
    yield Finder(db, place)
    await db.close()


FOUND = [
    # everything that may be read, and how conditions are joined
    ("", "abcdef"),
    ("Queue: TEST Status: open", "ae"),
    ("Type: bug OR Type: epic", "ae"),
    ("Type: bug OR Type: epic AND Priority: blocker", "ae"),
    ("(Type: bug OR Type: epic) AND Priority: blocker", "e"),
    # references: key, id or name in any language, any case
    ("Status: inProgress", "b"),
    ('Status: "IN PROGRESS"', "b"),
    ('Status: "в работе"', "b"),
    ("Статус: 进行中", "b"),
    ("Status: open, closed", "acef"),
    ("Status: !open", "bcd"),
    ("Status: !open, !closed", "bd"),
    ("Status: open, !closed", "aef"),
    ("Type: ошибка", "a"),
    ("Priority: Critical, blocker", "ae"),
    ("Queue: TEST", "abcde"),
    ("Queue: demonstration", "f"),
    ("Queue: !TEST", "f"),
    ("Resolution: fixed", "c"),
    ("Resolution: !fixed", "abdef"),
    ("Resolution: empty()", "abdef"),
    ("Resolution: unresolved()", "abdef"),
    ("Resolution: !unresolved()", "c"),
    ("Resolution: notEmpty()", "c"),
    ("Resolution: !empty()", "c"),
    ("Resolution: fixed, empty()", "abcdef"),
    ('"Status Type": new', "aef"),
    ('"Status Type": inProgress, "in progress"', "b"),
    ('"Status Type": !done, !in_progress', "adef"),
    ("Components: Core", "af"),
    ("Components: core, docs", "abf"),
    ("Components: !Core", "bcde"),
    ("Components: empty()", "cde"),
    ("Components: notEmpty()", "abf"),
    ("Fix Version: 1.0", "a"),
    ("Affected Version: 2.0, 1.0", "a"),
    ("Affected Version: !2.0", "bcdef"),
    ('Sprint: "Sprint 1"', "d"),
    ("Project: reef", "d"),
    ('"Old Queue": TEST', "f"),
    # people
    ("Assignee: rosa@", "a"),
    ("Assignee: ROSA@", "a"),
    ("Assignee: rosa", "a"),
    ('Assignee: "Rosa Vale"', "d"),
    ('Assignee: "vale rosa"', "d"),
    ("Assignee: rosa@example.org", "a"),
    ("Исполнитель: иван", "b"),
    ("Assignee: me()", "a"),
    ("Assignee: !me()", "bcdef"),
    ("Assignee: empty()", "cef"),
    ("Assignee: !empty()", "abd"),
    ('Assignee: group(value: "back END")', "ab"),
    ("Assignee: group(Nobody)", ""),
    ("Assignee: !group(Nobody)", "abcdef"),
    ("Author: olga@", "c"),
    ("Author: !olga@", "abdef"),
    ("Modifier: ivan@", "d"),
    ("Resolver: ivan@", "c"),
    ("Followers: me()", "b"),
    ("Followers: !me()", "acdef"),
    ("Access: ivan@", "c"),
    ("Related: ivan@", "b"),
    ("Related: me()", "abdef"),
    ("Related: !me()", "c"),
    ('"Queue Owner": rosa@', "abcdef"),
    ('"Component Owner": ivan@', "a"),
    ('"Component Owner": empty()', "bcdef"),
    ('"Comment Author": ivan@', "a"),
    ('"Comment Author": !ivan@', "bcdef"),
    ('"Comment Author": empty()', "cdef"),
    # lists of strings
    ("Tags: ui", "ab"),
    ("Tags: q3, nope", "a"),
    ("Tags: !ui", "cdef"),
    ("Tags: !q3, !nope", "bcdef"),
    ("Tags: empty()", "cdef"),
    # issues
    ("Key: TEST-1", "a"),
    ("Key: test-1, TEST-900", "af"),
    ("Key: !TEST-1", "bcdef"),
    ("Parent: TEST-1", "d"),
    ("Parent: empty()", "abcef"),
    ('"Is Parent Task For": TEST-4', "a"),
    ('"Is Parent Task For": empty()', "bcdef"),
    ("Epic: TEST-5", "d"),
    ('"Is Epic Of": TEST-4', "e"),
    ('"Linked to": TEST-4', "ae"),
    ('"Linked to": TEST-1', "d"),
    ('"Linked to": empty()', "bcf"),
    ('"Linked to": notEmpty()', "ade"),
    # numbers and durations
    ('"Story Points": 5', "a"),
    ('"Story Points": !5', "bcdef"),
    ('"Story Points": >=2.5', "ab"),
    ('"Story Points": >2.5', "a"),
    ('"Story Points": <5', "b"),
    ('"Story Points": <=5', "ab"),
    ('"Story Points": 2.5 .. 4', "b"),
    ('"Story Points": !2.5 .. 4', "acdef"),
    ('"Story Points": 2.5, 5', "ab"),
    ('"Story Points": empty()', "cdef"),
    ("Votes: 7", "c"),
    ("Votes: >-1", "abcdef"),
    ('"Original Estimate": "5d 2h 30m"', "a"),
    ('"Original Estimate": > 1w', "a"),
    ('"Time Spent": 1d', "b"),
    ('"Time Spent": PT8H', "b"),
    ("Estimation: <=1h", "e"),
    ("Estimation: empty()", "abcdf"),
    # days and moments, by the asker's clock
    ("Deadline: 2027-01-15", "a"),
    ("Deadline: 01-01-2027 .. 31-01-2027", "a"),
    ("Deadline: >15.01.2027", "b"),
    ("Deadline: >=01/15/2027", "ab"),
    ("Deadline: <01/15/2027", ""),
    ("Deadline: !2027-01-15", "bcdef"),
    ("Deadline: empty()", "cdef"),
    ("Start: week()", "d"),
    ("End Date: < today()", "d"),
    ("End Date: today() - 2d", "d"),
    ("Created: today()", "a"),
    ("Created: 2026-11-22", "a"),
    ("Created: 22.11.2026 .. today()", "a"),
    ('Created: "2026-11-22 00:00"', "a"),
    ('Created: "2026-11-22 00:00:00"', "a"),
    ("Created: 2026-11-21T21:00:00Z", "a"),
    ("Created: > today()", ""),
    ("Created: >= today()", "a"),
    ("Created: < today()", "bcdef"),
    ("Created: <= today()", "abcdef"),
    ("Created: today() - 1d", "b"),
    ('Created: > today() - "1w 1d"', "ab"),
    ("Created: month()", "ab"),
    ("Created: month() - 31d", "c"),
    ("Created: quarter()", "abc"),
    ("Created: year()", "abcd"),
    ("Created: !year()", "ef"),
    ("Updated: now()", "a"),
    ("Updated: < now()", "bcdef"),
    ("Updated: <= now()", "abcdef"),
    ("Updated: > now() - 3h", "ab"),
    ("Resolved: notEmpty()", "c"),
    ("Resolved: !2026-11-10", "abdef"),
    # texts
    ("Summary: crash", "a"),
    ("Summary: crashed release", "a"),
    ("Summary: release", "ade"),
    ("Summary: leaking", "f"),
    ("Description: leaks", "a"),
    ("Description: crash", ""),
    ("Summary: кнопка", "b"),
    ("Summary: сломанная вход", "b"),
    ("Description: пользователь", "b"),
    ("Summary: 登录", "c"),
    ("Summary: 崩溃", "c"),
    ("Description: 登录", "c"),
    ("Summary: !crash", "bcdef"),
    ("Summary: crash, кнопка", "ab"),
    ("Summary: !crash, !кнопка", "cdef"),
    ('Summary: #"release 2.0"', "d"),
    ('Summary: #"Release ||"', "d"),
    ('Summary: #"|| Release ||"', "a"),
    ('Summary: ~"Release 2.0"', "abcef"),
    ('Description: #"near bay"', "a"),
    ('Description: #"due ||"', "d"),
    ('Description: #"pump||bay"', "a"),
    ('Description: #"100%_s"', "a"),
    ('Description: #"1__%_s"', ""),
    ("Description: empty()", "ef"),
    ("Description: notEmpty()", "abcd"),
    ("Comment: staging", "a"),
    ("Comment: проверен", "b"),
    ("Comment: 崩溃", "b"),
    ('Comment: #"on staging"', "a"),
    ("Comment: !staging", "bcdef"),
    ("Comment: empty()", "cdef"),
    ('Summary: "the"', "e"),
    ('Summary: "++"', "f"),
    ('Summary: ""', ""),
    ('Summary: " "', ""),
    ("crash", "a"),
    ("leak", "af"),
    ("release pump", "a"),
    ('"pump release"', "a"),
    ("staging", "a"),
    ('"login 崩溃"', ""),
    ("崩溃", "bc"),
    ("用户", "c"),
    ('"the"', "ae"),
    # custom fields
    ("Risk level: 3", "a"),
    ("risk: > 3", "b"),
    ('"Уровень риска": 3 .. 10', "ab"),
    ("risk: !3", "bcdef"),
    ("risk: empty()", "cdef"),
    ("reviewers: ivan@", "a"),
    ("reviewers: !ivan@", "bcdef"),
    ("reviewers: empty()", "bcdef"),
    ("launch: today()", "a"),
    ("seenAt: today()", "b"),
    ("seenAt: <2026-11-21T22:00:01Z", "b"),
    ("effort: 1h 30m", "b"),
    ("urgent: true", "a"),
    ("urgent: нет", "b"),
    ("urgent: !yes", "bcdef"),
    ("size: m", "a"),
    ("size: !m, !s", "bcdef"),
    ("labels: red", "b"),
    ('labels: "BLUE sky"', "b"),
    ("labels: empty()", "acdef"),
    ("notes: crashes", "c"),
    ('notes: #"crashing ||"', "c"),
    ("notes: !crashes", "abdef"),
    ("TEST.bay: north", "a"),
    ('test."BAY": !north', "bcde"),
    ("TEST.bay: empty()", "bcde"),
    ("DEMO.bay: south", "f"),
    ('TEST."Lead engineer": rosa@', "a"),
    ("Lead engineer: me()", "a"),
    (f"{wire.local_field(13, 'lead')}: rosa@", "a"),
    # words before a colon: a custom field's name, or a text and a standard field
    ("crash Status: open", "c"),
    ("leak Status: open", "af"),
]


@pytest.mark.parametrize(("query", "letters"), FOUND, ids=[query or "nothing" for query, _ in FOUND])
async def test_query_selects_exactly(find: Finder, query: str, letters: str) -> None:
    assert await find(query) == letters


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ('"Sort by": Key', "fabcde"),
        ('"Sort by": Key DESC', "edcbaf"),
        ('"Sort by": Priority DESC, Key', "eafbcd"),
        ('Priority: critical, normal "Sort by": Priority, Created DESC', "bcdfa"),
        ('"Sort by": Assignee, Key', "adbfce"),
        ('"Sort by": Status Type DESC, Key', "cdbfae"),
        ('"Sort by": Story Points', "bacdef"),
        ('"Sort by": Story Points DESC, Key DESC', "abedcf"),
        ('"Sort by": Summary DESC', "cbdafe"),
        ('"Sort by": Components, Key DESC', "afbedc"),
        ('"Sort by": Parent, Tags, Key', "dbafce"),
        ('"Sort by": risk DESC, Key', "bafcde"),
        ('"Sort by": reviewers, launch, labels, size, TEST.bay, seenAt, Sprint, "Old Queue", Key', "abdfce"),
        ("", "abcdef"),
    ],
)
async def test_sort_puts_issues_in_order(find: Finder, query: str, keys: str) -> None:
    assert await find.sorted(query) == keys


REFUSED = [
    ("Nothing: x", 'there is no field "Nothing" at position 0'),
    ("a Nothing here: x", 'there is no field "a Nothing here" at position 0'),
    ("Summary: x Sort by: nothing", 'there is no field "nothing" at position 20'),
    ("DEMO.lead: me()", 'there is no field DEMO."lead" at position 0'),
    ("FOREIGN.secret: x", 'there is no field FOREIGN."secret" at position 0'),
    ("secret: x", 'there is no field "secret" at position 0'),
    ("bay: x", '"bay" is a field of several queues: write the queue before it, as in TEST."Name" at position 0'),
    ("Status: >open", "'>' does not fit the field status at position 8"),
    ("Status: #open", "'#' does not fit the field status at position 8"),
    ("Status: today()", "this is no value of the field status at position 8"),
    ("Status: a .. b", "a range does not fit the field status: name its values one by one at position 8"),
    ("Status: rosa@", "this is no value of the field status at position 8"),
    ("Status: unresolved()", "this is no value of the field status at position 8"),
    ("Resolution: >empty()", "'>' does not fit the field resolution at position 12"),
    ("Summary: >x", "'>' does not fit the field summary at position 9"),
    ("Summary: me()", "me() does not fit the field summary at position 9"),
    ("Summary: a..b", "this is no value of the field summary at position 9"),
    ("Summary: a - 1d", "this is no value of the field summary at position 9"),
    ("Description: ~x", "'~' does not fit the field description at position 13"),
    ("Tags: >x", "'>' does not fit the field tags at position 6"),
    ("Votes: x", "the field votes is a number at position 7"),
    ("Votes: today()", "the field votes is a number at position 7"),
    ("Votes: #1", "'#' does not fit the field votes at position 7"),
    ("Votes: >1..2", "'>' does not fit the field votes at position 7"),
    ("Time Spent: 5", 'the field spent is a duration, such as "5d 2h 30m" at position 12'),
    ("Created: x", "the field created at is a date, such as 2026-03-04 or today() at position 9"),
    ("Created: me()", "the field created at is a date, such as 2026-03-04 or today() at position 9"),
    ("Created: rosa@", "this is no value of the field created at at position 9"),
    ("Created: today() - 999999w", "the date is outside the calendar at position 9"),
    ("Created: now() + 999999w", "the date is outside the calendar at position 9"),
    ("Deadline: 0001-01-01 - 1d", "the date is outside the calendar at position 10"),
    ("Created: 9999-12-31", "the date is outside the calendar at position 9"),
    ("Created: 0001-01-01", "the date is outside the calendar at position 9"),
    ("urgent: maybe", 'the field "urgent" is true or false at position 8'),
    ("risk: x", 'the field "Risk level" is a number at position 6'),
    ("History: x", "a search by history is not supported at position 0"),
    ('"Voted by": me()', "a search by voted by is not supported at position 0"),
    ('Status: changed(to: "Closed" by: rosa@ date: >now()-2w)', "changed() is not supported yet at position 8"),
    ("Sort by: Comment", "there is no sorting by comment at position 9"),
    ("Sort by: " + ", ".join(["Key"] * 21), "at most 20 fields to sort by at position 109"),
    (" OR ".join(["Votes: 1"] * 2000), "the query compares with more than 1000 values"),
    ("Summary: " + ", ".join(["x"] * 2000), "the query compares with more than 1000 values"),
    ("Votes: " + ", ".join(["1"] * 2000), "the query compares with more than 1000 values"),
]


@pytest.mark.parametrize(("query", "problem"), REFUSED, ids=[query[:60] for query, _ in REFUSED])
async def test_what_does_not_fit_is_refused_with_its_place(find: Finder, query: str, problem: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        await find(query)
    assert messages.text(caught.value) == problem


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("Status: nope", "status"),
        ("Status: open, nope", "status"),
        ("Status: !nope", "status"),
        ("Queue: NOPE", "queue"),
        ("Queue: FOREIGN", "queue"),
        ('Queue: "Somebody else\'s"', "queue"),
        ("Components: Hidden", "components"),
        ("Assignee: nobody@", "assignee"),
        ("Author: nina@", "author"),
        ("Assignee: group(nope)", "group"),
        ("Key: NOPE-1", "key"),
        ("Key: TEST-1, FOREIGN-1", "key"),
        ("Key: TEST-999999999999999999999", "key"),
        ("Parent: FOREIGN-1", "parent"),
        ('"Status Type": nope', "status_category"),
        ("Lead engineer: nope", "custom.13"),
        ("Priority: 99999999999999999999999", "priority"),
    ],
)
async def test_unknown_value_is_named(find: Finder, query: str, field: str) -> None:
    with pytest.raises(UnknownValue) as caught:
        await find(query)
    assert caught.value.field == field


async def test_nothing_is_found_outside_the_readable_queues(find: Finder, place: Place) -> None:
    world = place.world
    assert await find("crash", readable=[world.foreign]) == "g"
    assert await find('Queue: FOREIGN OR Summary: "crash"', actor=world.olga, readable=[world.foreign]) == "g"
    assert await find("", readable=[]) == ""
    assert await find("Parent: TEST-1", readable=[world.test]) == "d"


async def test_another_organisation_is_out_of_sight(find: Finder, place: Place) -> None:
    assert await find("crash", readable=[place.world.other_queue]) == ""
    assert await find("Summary: !nothing", readable=[place.world.test, place.world.other_queue]) == "abcde"
    with pytest.raises(UnknownValue):
        await find("Assignee: nina@", readable=[place.world.other_queue])


async def test_id_names_a_thing_where_no_key_or_name_does(find: Finder, place: Place) -> None:
    world = place.world
    assert await find(f"Status: {world.statuses['closed']}") == "c"
    assert await find(f"Assignee: {world.rosa.user_id}") == "a"
    assert await find(f"Components: {world.components['Core']}") == "a"
    assert await find(f"Queue: {world.demo}") == "f"


EVIL = [
    "'; DROP TABLE issue; --",
    "x' OR '1'='1",
    "%(org)s",
    "%s %% {} {0}",
    "\\' OR 1=1",
    "$1",
    "'a':A | 'b'",
    "a & !b <-> (c",
    "\x01\x7f\u202e",
    "%",
    "_",
    "\\",
]


@pytest.mark.parametrize("evil", EVIL)
async def test_value_is_never_read_as_sql(find: Finder, evil: str) -> None:
    quoted = evil.replace("\\", "\\\\").replace('"', '\\"')
    for field in ("Summary", "Description", "Comment", "notes", "Tags", "size", "labels"):
        for operator in ("", "#") if field in ("Summary", "Description", "Comment", "notes") else ("",):
            assert await find(f'{field}: {operator}"{quoted}"') in ("", "a")
    assert await find(f'"{quoted}"') in ("", "a")
    assert await find("") == "abcdef"
    for field in ("Status", "Assignee", "Key", "Queue", "Components", "Sprint", "Lead engineer"):
        with pytest.raises(UnknownValue):
            await find(f'{field}: "{quoted}"')
    with pytest.raises(QuerySyntaxError):
        await find(f'"{quoted}": x Sort by: "{quoted}"')


async def test_very_long_values_are_searched_for_like_others(find: Finder) -> None:
    assert await find("Summary: " + "x" * 60_000) == ""
    assert await find('Description: #"' + "%" * 60_000 + '"') == ""
    assert await find("Description: " + "登" * 60_000) == ""
    assert await find("q" + " AND q" * 300) == ""
    assert await find('Summary: "' + "word " * 12_000 + '"') == ""
    assert await find("Key: " + ", ".join(["TEST-1", "TEST-2"] * 3000)) == "ab"
    assert await find("Tags: " + ", ".join(["ui", "!Q3"] * 3000)) == "b"
    assert await find("Assignee: " + ", ".join(["empty()", "!me()"] * 1500)) == "cef"


async def test_nesting_as_deep_as_it_may_be_runs(find: Finder) -> None:
    assert await find("(Votes: 7 OR " * 49 + "Votes: 7" + ")" * 49) == "c"
    with pytest.raises(QuerySyntaxError, match="brackets_too_deep"):
        await find("(" * 10_000 + "a" + ")" * 10_000)


async def test_filter_and_order_select_like_a_query(find: Finder, place: Place) -> None:
    given = {
        "queue": "TEST",
        "status": ["open", "inProgress"],
        "created": {"from": "2026-11-21"},
        "assignee": "notEmpty()",
    }
    assert await find.sorted(Query(filter_query(given).where, order(["-storyPoints"]))) == "ab"
    assert await find(filter_query({"assignee": {"id": str(place.world.ivan.user_id)}})) == "b"
    assert await find(filter_query({"summary": "x' OR 1=1 --"})) == ""


async def test_page_of_ids_is_cut_from_the_whole(find: Finder, place: Place) -> None:
    world = place.world
    async with find.db.transaction(world.org_id) as tx:
        found = await search.prepare(tx, world.rosa, parse('"Sort by": Key'), readable=[world.test], now=NOW)
        ids = await search.find_ids(tx, found, limit=2, offset=1)
    assert [place.names[id_] for id_ in ids] == ["b", "c"]


async def test_number_of_statements_does_not_grow_with_the_names(find: Finder, place: Place) -> None:
    world = place.world
    async with find.db.transaction(world.org_id) as tx:
        counted = Counted(tx.connection, tx.org_id)
        query = "Status: open, closed, testing Assignee: rosa@, ivan@ Author: me(), olga@ Components: Core, Docs a b c"
        await search.prepare(counted, world.rosa, parse(query), readable=[world.test], now=NOW)
    assert counted.statements == 4


class Counted(Transaction):
    """Counts the statements that go through it."""

    statements = 0

    async def _fetch_all(self, *arguments: Any) -> list[Any]:
        self.statements += 1
        return await super()._fetch_all(*arguments)


ODD = ["x", "-1e9", '""', "me()", "now() - 1w", "empty()", "1 .. 2", "9999-12-31", "TEST-999999999999999999", '"\\\\%"']


@pytest.mark.parametrize("value", ODD)
async def test_any_value_of_any_field_is_searched_for_or_refused(find: Finder, value: str) -> None:
    custom = ["risk", "reviewers", "launch", "seenAt", "effort", "urgent", "size", "labels", "notes", "TEST.bay"]
    for field in [*(f'"{names[0]}"' for names in NAMES.values()), *custom]:
        with suppress(QuerySyntaxError, UnknownValue):
            assert set(await find(f"{field}: {value}")) <= set("abcdef")
