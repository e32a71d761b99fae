"""The one way into an issue, against a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from shoal import messages
from shoal.actions import apply
from shoal.domain.bulk import Change, Move, Tally, Transition, Update
from shoal.domain.errors import Invalid, IssueNotFound, NotFound, Stale, UnknownField, UnknownValue
from shoal.domain.patch import Adjust, Clear, NewComment, Patch, Ref, Set
from shoal.store.db import Database
from tests.world import World, make_issues, make_named, make_world


@dataclass
class Bench:
    db: Database
    world: World

    async def one(self, issue_id: int, change: Change, **options: Any) -> bool:
        async with self.db.transaction(self.world.org_id) as tx:
            return (await apply.one(tx, self.world.rosa, issue_id, change, **options)).changed > 0

    async def issue(self, issue_id: int) -> dict[str, Any]:
        sql = """SELECT * FROM issue JOIN issue_text t ON t.org_id = issue.org_id AND t.issue_id = issue.id
                  WHERE issue.org_id = %(org)s AND id = %(id)s"""
        async with self.db.transaction(self.world.org_id) as tx:
            return (await tx.dicts(sql, {"id": issue_id}))[0]

    async def history(self, issue_id: int) -> list[dict[str, Any]]:
        sql = "SELECT * FROM changelog WHERE org_id = %(org)s AND issue_id = %(id)s AND kind <> 'created' ORDER BY id"
        async with self.db.transaction(self.world.org_id) as tx:
            return await tx.dicts(sql, {"id": issue_id})

    async def bulk(self, change: Change) -> int:
        sql = """INSERT INTO bulk_change (org_id, author_id, change, total)
                 VALUES (%(org)s, %(a)s, %(c)s, 100) RETURNING id"""
        async with self.db.transaction(self.world.org_id) as tx:
            return int(await tx.value(sql, {"a": self.world.rosa.user_id, "c": Jsonb(change)}))

    async def many(self, ids: list[int], change: Change) -> tuple[Tally, list[dict[str, Any]]]:
        bulk_id = await self.bulk(change)
        failures = "SELECT issue_id, problems FROM bulk_failure WHERE org_id = %(org)s AND bulk_id = %(b)s ORDER BY 1"
        async with self.db.transaction(self.world.org_id) as tx:
            tally = await apply.many(tx, self.world.rosa, sorted(ids), change, bulk_id=bulk_id)
            return tally, await tx.dicts(failures, {"b": bulk_id})


@pytest.fixture
async def bench(database_url: str) -> AsyncIterator[Bench]:
    db = Database(database_url)
    await db.open()
    yield Bench(db, await make_world(db))
    await db.close()


def update(comment: str | None = None, **edits: Any) -> Update:
    return Update(Patch(edits, NewComment(comment) if comment else None))


async def test_setting_a_value_writes_it_with_one_history_row(bench: Bench) -> None:
    (issue,) = await make_issues(bench.db, bench.world, 1)
    assert await bench.one(issue, update(priority=Set("blocker"), tags=Set(("a", "b"))))
    after = await bench.issue(issue)
    assert (after["priority_id"], after["tags"], after["version"]) == (bench.world.priorities["blocker"], ["a", "b"], 2)
    (entry,) = await bench.history(issue)
    assert entry["changes"] == {
        "priority": [bench.world.priorities["normal"], bench.world.priorities["blocker"]],
        "tags": [[], ["a", "b"]],
    }


async def test_setting_what_is_there_changes_nothing(bench: Bench) -> None:
    (issue,) = await make_issues(bench.db, bench.world, 1, tags=("a",))
    assert not await bench.one(issue, update(priority=Set("normal"), tags=Adjust(add=("a",))))
    assert (await bench.issue(issue))["version"] == 1
    assert await bench.history(issue) == []


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (Adjust(add=("c", "a")), ["a", "b", "c"]),
        (Adjust(remove=("a", "x")), ["b"]),
        (Adjust(replace=(("a", "z"),)), ["z", "b"]),
        (Adjust(replace=(("a", "b"),)), ["b"]),
        (Adjust(remove=("a",), replace=(("b", "c"),), add=("a",)), ["c", "a"]),
        (Set(()), []),
        (Clear(), []),
        (Set("only"), ["only"]),
    ],
)
async def test_a_list_is_edited(bench: Bench, edit: Any, expected: list[str]) -> None:
    (issue,) = await make_issues(bench.db, bench.world, 1, tags=("a", "b"))
    assert await bench.one(issue, update(tags=edit))
    assert (await bench.issue(issue))["tags"] == expected


async def test_names_find_references_in_any_language(bench: Bench) -> None:
    (issue,) = await make_issues(bench.db, bench.world, 1)
    await bench.one(issue, update(type=Set(Ref(name="Ошибка")), assignee=Set("ivan"), components=Set(("core",))))
    after = await bench.issue(issue)
    assert after["type_id"] == bench.world.types["bug"]
    assert after["assignee_id"] == bench.world.ivan.user_id
    assert after["components"] == [bench.world.components["Core"]]


async def test_every_plain_kind_is_stored_and_cleared(bench: Bench) -> None:
    (issue,) = await make_issues(bench.db, bench.world, 1)
    edits = {
        "deadline": Set("2031-05-17"),
        "story_points": Set(3),
        "estimation": Set("P1DT2H"),
        "description": Set("Длинный текст"),
        "summary": Set("新的标题"),
    }
    assert await bench.one(issue, Update(Patch(edits)))
    after = await bench.issue(issue)
    assert (str(after["deadline"]), after["story_points"], after["estimation"]) == ("2031-05-17", 3.0, 600)
    assert (after["description"], after["summary"]) == ("Длинный текст", "新的标题")
    assert "длин" in after["search"]
    assert await bench.one(issue, Update(Patch({name: Clear() for name in edits if name != "summary"})))
    after = await bench.issue(issue)
    assert (after["deadline"], after["estimation"], after["description"]) == (None, None, "")
    assert (await bench.history(issue))[1]["changes"]["description"] == ["Длинный текст", ""]


@pytest.mark.parametrize(
    ("edits", "error"),
    [
        ({"nonsense": Set(1)}, UnknownField),
        ({"priority": Set("no-such")}, UnknownValue),
        ({"priority": Set(Ref(id=999999999, key="minor"))}, UnknownValue),
        ({"priority": Set(2**70)}, UnknownValue),
        ({"priority": Clear()}, Invalid),
        ({"status": Set("closed")}, Invalid),
        ({"summary": Set("  ")}, Invalid),
        ({"summary": Adjust(add=("x",))}, Invalid),
        ({"assignee": Set(("ivan", "rosa"))}, Invalid),
        ({"deadline": Set("tomorrow")}, Invalid),
        ({"story_points": Set(True)}, Invalid),
        ({"estimation": Adjust(remove=("PT5H",))}, Invalid),
        ({"tags": Set((1,))}, Invalid),
        ({"resolution": Set("fixed")}, Invalid),
        ({"parent": Set("NOSUCH-1")}, UnknownValue),
    ],
)
async def test_a_wrong_edit_names_its_field_and_changes_nothing(
    bench: Bench, edits: dict[str, Any], error: type[Invalid]
) -> None:
    (issue,) = await make_issues(bench.db, bench.world, 1)
    with pytest.raises(error) as raised:
        await bench.one(issue, Update(Patch({**edits, "story_points": edits.get("story_points", Set(5))})))
    assert list(raised.value.fields) == list(edits)
    assert (await bench.issue(issue))["version"] == 1


async def test_what_is_in_a_hidden_queue_is_as_if_it_were_not(bench: Bench) -> None:
    (issue,) = await make_issues(bench.db, bench.world, 1)
    field = await add_field(bench, "secret", "string", queue="FOREIGN")
    async with bench.db.transaction(bench.world.org_id) as tx:
        component = (await make_named(tx, "component", bench.world.foreign, ["Hidden"]))["Hidden"]
        version = (await make_named(tx, "version", bench.world.foreign, ["9.9"]))["9.9"]
        board = await tx.value(
            "INSERT INTO board (org_id, name, queue_id) VALUES (%(org)s, 'B', %(q)s) RETURNING id",
            {"q": bench.world.foreign},
        )
        sprint = await tx.value(
            "INSERT INTO sprint (org_id, board_id, name) VALUES (%(org)s, %(b)s, 'S') RETURNING id", {"b": board}
        )
    for name, hidden, absent in (
        ("components", component, 999_999),
        ("components", "Hidden", "Absent"),
        ("fix_versions", version, 999_999),
        ("sprints", sprint, 999_999),
    ):
        told = [await refusal(bench, issue, Update(Patch({name: Set((thing,))}))) for thing in (hidden, absent)]
        assert told[0].replace(str(hidden), "it") == told[1].replace(str(absent), "it")
    told = [
        await refusal(bench, issue, Update(Patch({name: Set("x")}))) for name in ("secret", f"custom.{field}", "no")
    ]
    assert len({text.partition(":")[2] for text in told}) == 1


async def refusal(bench: Bench, issue: int, change: Change) -> str:
    with pytest.raises(Invalid) as raised:
        await bench.one(issue, change)
    return messages.text(raised.value)


async def test_an_issue_is_in_one_sprint_of_a_board(bench: Bench) -> None:
    (issue,) = await make_issues(bench.db, bench.world, 1)
    sql = """WITH b AS (INSERT INTO board (org_id, name) VALUES (%(org)s, %(name)s) RETURNING id)
             INSERT INTO sprint (org_id, board_id, name) SELECT %(org)s, b.id, n FROM b, unnest(%(names)s::text[]) AS n
             RETURNING id"""
    async with bench.db.transaction(bench.world.org_id) as tx:
        first, second = [row[0] for row in await tx.tuples(sql, {"name": "A", "names": ["A1", "A2"]})]
        [(other,)] = await tx.tuples(sql, {"name": "B", "names": ["B1"]})
    with pytest.raises(Invalid, match="one_sprint_a_board"):
        await bench.one(issue, update(sprints=Set((first, second))))
    assert await bench.one(issue, update(sprints=Set((first, other))))
    assert await bench.one(issue, update(sprints=Adjust(add=(second,))))
    assert (await bench.issue(issue))["sprints"] == [other, second]


async def test_a_stale_version_and_an_invisible_issue_are_refused(bench: Bench) -> None:
    (issue,) = await make_issues(bench.db, bench.world, 1)
    (foreign,) = await make_issues(bench.db, bench.world, 1, queue="FOREIGN")
    with pytest.raises(Stale):
        await bench.one(issue, update(priority=Set("minor")), version=7)
    for unseen in (foreign, 999_999_999):
        with pytest.raises(IssueNotFound):
            await bench.one(unseen, update(priority=Set("minor")))


async def test_an_issue_cannot_stand_above_itself(bench: Bench) -> None:
    top, middle, low = await make_issues(bench.db, bench.world, 3)
    assert await bench.one(middle, update(parent=Set("TEST-1")))
    assert await bench.one(low, update(parent=Set("TEST-2")))
    for issue, parent in ((top, "TEST-3"), (top, "TEST-1")):
        with pytest.raises(Invalid, match="cycle"):
            await bench.one(issue, update(parent=Set(parent)))


async def test_a_comment_alone_is_a_change_without_fields(bench: Bench) -> None:
    (issue,) = await make_issues(bench.db, bench.world, 1)
    assert await bench.one(issue, update("Hello", priority=Set("normal")))
    assert await bench.one(issue, update("Again"))
    first, second = await bench.history(issue)
    assert (first["changes"], second["changes"]) == ({}, {})
    assert second["comment_id"] > first["comment_id"]
    assert second["kind"] == "comment_added"


# --- transitions ---------------------------------------------------------------------------------------------------


async def test_a_transition_sets_status_and_resolution(bench: Bench) -> None:
    (issue,) = await make_issues(bench.db, bench.world, 1, assignee=bench.world.ivan)
    assert await bench.one(issue, Transition("close", Patch({"resolution": Set("fixed")})))
    after = await bench.issue(issue)
    assert after["status_id"] == bench.world.statuses["closed"]
    assert after["resolution_id"] == bench.world.resolutions["fixed"]
    assert after["resolver_id"] == bench.world.rosa.user_id
    assert after["previous_status_id"] == bench.world.statuses["open"]
    assert after["previous_assignee_id"] == bench.world.ivan.user_id
    assert after["resolved_at"] == after["status_since"]
    (entry,) = await bench.history(issue)
    assert set(entry["changes"]) == {"status", "resolution"}


async def test_reopening_clears_the_resolution(bench: Bench) -> None:
    (issue,) = await make_issues(bench.db, bench.world, 1, status="closed", resolution="fixed")
    assert await bench.one(issue, Transition("reopen"))
    after = await bench.issue(issue)
    assert (after["resolution_id"], after["resolved_at"], after["resolver_id"]) == (None, None, None)


async def test_a_status_is_reached_by_whichever_transition_leads_there(bench: Bench) -> None:
    (issue,) = await make_issues(bench.db, bench.world, 1, status="inProgress")
    to_testing = Transition(to_status=bench.world.statuses["testing"], patch=Patch({"tags": Set("a")}))
    assert await bench.one(issue, to_testing)
    assert (await bench.issue(issue))["status_id"] == bench.world.statuses["testing"]
    (entry,) = await bench.history(issue)
    assert (entry["kind"], set(entry["changes"])) == ("transition", {"status", "tags"})


async def test_an_issue_that_is_in_the_status_already_is_only_edited(bench: Bench) -> None:
    (issue,) = await make_issues(bench.db, bench.world, 1)
    to_open = bench.world.statuses["open"]
    assert not await bench.one(issue, Transition(to_status=to_open))
    assert await bench.one(issue, Transition(to_status=to_open, patch=Patch({"tags": Set("a")})))
    assert (await bench.history(issue))[0]["kind"] == "updated"


async def test_a_status_to_which_no_transition_leads_is_named(bench: Bench) -> None:
    (issue,) = await make_issues(bench.db, bench.world, 1)
    with pytest.raises(Invalid) as raised:
        await bench.one(issue, Transition(to_status=bench.world.statuses["testing"]))
    assert list(raised.value.fields) == ["status"]


async def test_a_value_for_the_empty_leaves_what_is_there(bench: Bench) -> None:
    (empty,) = await make_issues(bench.db, bench.world, 1)
    (filled,) = await make_issues(bench.db, bench.world, 1, assignee=bench.world.olga, tags=("b",))
    edit = update(assignee=Set("ivan", if_empty=True), tags=Set(("a",), if_empty=True))
    tally, _ = await bench.many([empty, filled], edit)
    assert (tally.changed, tally.unchanged) == (1, 1)
    for issue, user, tags in ((empty, bench.world.ivan, ["a"]), (filled, bench.world.olga, ["b"])):
        after = await bench.issue(issue)
        assert (after["assignee_id"], after["tags"]) == (user.user_id, tags)


async def test_a_required_field_missing_names_it(bench: Bench) -> None:
    (issue,) = await make_issues(bench.db, bench.world, 1)
    with pytest.raises(Invalid) as raised:
        await bench.one(issue, Transition("close"))
    assert list(raised.value.fields) == ["resolution"]
    with pytest.raises(NotFound):
        await bench.one(issue, Transition("reopen"))


async def test_many_take_each_its_own_way_and_record_who_could_not(bench: Bench) -> None:
    fresh = await make_issues(bench.db, bench.world, 3)
    closed = await make_issues(bench.db, bench.world, 2, status="closed", resolution="fixed")
    foreign = await make_issues(bench.db, bench.world, 1, queue="FOREIGN")
    change = Transition("close", Patch({"resolution": Set("wontFix")}))
    tally, failures = await bench.many([*fresh, *closed, *foreign, 999_999_999], change)
    assert (tally.changed, tally.unchanged, tally.failed) == (3, 0, 4)
    codes = {row["issue_id"]: row["problems"][0]["code"] for row in failures}
    assert codes == {
        **dict.fromkeys(closed, "no_transition"),
        foreign[0]: "forbidden",
        999_999_999: "not_found",
    }


async def test_nobody_goes_two_steps_through_a_transition_of_one_key(bench: Bench) -> None:
    fresh = await make_issues(bench.db, bench.world, 2)
    started = await make_issues(bench.db, bench.world, 2, status="inProgress")
    statuses = bench.world.statuses
    sql = """INSERT INTO transition (org_id, workflow_id, key, name, from_status_id, to_status_id)
             SELECT %(org)s, id, 'next', '{"en": "Next"}', unnest(%(a)s::bigint[]), unnest(%(b)s::bigint[])
               FROM workflow WHERE org_id = %(org)s"""
    async with bench.db.transaction(bench.world.org_id) as tx:
        steps = [statuses["open"], statuses["inProgress"], statuses["testing"]]
        await tx.run(sql, {"a": steps[:2], "b": steps[1:]})
    tally, _ = await bench.many([*fresh, *started], Transition("next"))
    assert tally.changed == 4
    after = [(await bench.issue(issue))["status_id"] for issue in (*fresh, *started)]
    assert after == [statuses["inProgress"]] * 2 + [statuses["testing"]] * 2
    assert [len(await bench.history(issue)) for issue in (*fresh, *started)] == [1, 1, 1, 1]


async def test_components_by_name_mean_those_of_each_queue(bench: Bench) -> None:
    ours = await make_issues(bench.db, bench.world, 2)
    theirs = await make_issues(bench.db, bench.world, 2, queue="DEMO")
    tally, _ = await bench.many([*ours, *theirs], update(components=Adjust(add=("Core",))))
    assert tally.changed == 4
    assert (await bench.issue(ours[0]))["components"] == [bench.world.components["Core"]]
    assert (await bench.issue(theirs[0]))["components"] == [bench.world.demo_components["Core"]]
    tally, failures = await bench.many([*ours, *theirs], update(components=Set(("API",))))
    assert (tally.changed, tally.failed) == (2, 2)
    (problem,) = failures[0]["problems"]
    assert (problem["code"], problem["field"]) == ("not_in_queue", "components")
    assert problem["facts"] == {"thing": "component", "value": "API"}


# --- moves ---------------------------------------------------------------------------------------------------------


async def test_a_move_gives_new_keys_keeps_old_ones_and_clears_what_is_local(bench: Bench) -> None:
    world = bench.world
    ids = await make_issues(
        bench.db, world, 3, components=(world.components["Core"],), fix_versions=(world.versions["1.1"],)
    )
    tally, _ = await bench.many(ids, Move(world.demo, patch=Patch({"tags": Set(("moved",))})))
    assert tally.changed == 3
    after = [await bench.issue(issue) for issue in ids]
    assert [row["number"] for row in after] == [1, 2, 3]
    assert all(row["components"] == row["fix_versions"] == [] and row["tags"] == ["moved"] for row in after)
    assert {row["previous_queue_id"] for row in after} == {world.test}
    async with bench.db.transaction(world.org_id) as tx:
        aliases = await tx.tuples("SELECT queue_id, number, issue_id FROM issue_alias ORDER BY number")
    assert aliases == [(world.test, number, issue) for number, issue in enumerate(ids, 1)]
    (entry,) = await bench.history(ids[0])
    assert entry["changes"]["key"] == ["TEST-1", "DEMO-1"]


BELONGINGS = """
WITH boards AS (
    INSERT INTO board (org_id, queue_id, name)
    SELECT %(org)s, queue_id, 'B' FROM unnest(%(queues)s::bigint[]) AS queue_id
    RETURNING id, queue_id
), areas AS (
    INSERT INTO area (org_id, queue_id, key, name)
    SELECT %(org)s, queue_id, CASE WHEN queue_id IS NULL THEN 'reefs' END, 'Reefs' FROM boards RETURNING id, queue_id
), sprints AS (
    INSERT INTO sprint (org_id, board_id, name) SELECT %(org)s, id, 'S' FROM boards RETURNING id, board_id
)
SELECT boards.queue_id, sprints.id, areas.id FROM boards JOIN sprints ON board_id = boards.id
  JOIN areas ON areas.queue_id IS NOT DISTINCT FROM boards.queue_id"""
PUT = "UPDATE issue SET sprints = %(sprints)s, area_id = %(area)s WHERE org_id = %(org)s AND id = %(id)s"


@pytest.mark.parametrize("keep_fields", [False, True])
async def test_a_move_leaves_sprints_and_area_to_their_queue_and_keeps_those_of_none(
    bench: Bench, keep_fields: bool
) -> None:
    world = bench.world
    of_test, of_all = await make_issues(bench.db, world, 2)
    async with bench.db.transaction(world.org_id) as tx:
        rows = await tx.tuples(BELONGINGS, {"queues": [world.test, world.demo, None]})
        sprints = {queue: sprint for queue, sprint, _ in rows}
        areas = {queue: area for queue, _, area in rows}
        before = [sprints[queue] for queue in (world.test, None, world.demo)]
        for issue, area in ((of_test, areas[world.test]), (of_all, areas[None])):
            await tx.run(PUT, {"sprints": before, "area": area, "id": issue})
    for issue in (of_test, of_all):
        assert await bench.one(issue, Move(world.demo, keep_fields=keep_fields))
    after = await bench.issue(of_test)
    kept = [sprints[None], sprints[world.demo]]
    assert (after["sprints"], after["area_id"]) == (kept, None)
    assert (await bench.issue(of_all))["area_id"] == areas[None]
    (entry,) = await bench.history(of_test)
    assert (entry["changes"]["sprints"], entry["changes"]["area"]) == ([before, kept], [areas[world.test], None])


async def test_a_move_that_keeps_fields_takes_their_namesakes(bench: Bench) -> None:
    world = bench.world
    (issue,) = await make_issues(
        bench.db,
        world,
        1,
        components=(world.components["Core"], world.components["API"]),
        fix_versions=(world.versions["1.0"],),
    )
    assert await bench.one(issue, Move(world.demo, keep_fields=True))
    after = await bench.issue(issue)
    assert after["components"] == [world.demo_components["Core"]]
    assert after["fix_versions"] == [world.demo_versions["1.0"]]


async def test_a_move_with_initial_status_starts_anew(bench: Bench) -> None:
    (issue,) = await make_issues(bench.db, bench.world, 1, status="closed", resolution="fixed")
    assert await bench.one(issue, Move(bench.world.demo, initial_status=True))
    after = await bench.issue(issue)
    assert (after["status_id"], after["resolution_id"]) == (bench.world.statuses["open"], None)


async def test_a_move_to_where_one_may_not_create_is_refused(bench: Bench) -> None:
    ids = await make_issues(bench.db, bench.world, 2)
    tally, failures = await bench.many(ids, Move(bench.world.foreign))
    assert tally.failed == 2
    assert failures[0]["problems"][0]["code"] == "forbidden_in_target"


# --- custom fields -------------------------------------------------------------------------------------------------


async def add_field(bench: Bench, key: str, kind: str, *, queue: str | None = None, is_list: bool = False) -> str:
    sql = """INSERT INTO field (org_id, queue_id, key, name, kind, is_list)
             VALUES (%(org)s, %(queue)s, %(key)s, '{"en": "F"}', %(kind)s, %(is_list)s) RETURNING id"""
    params = {"queue": bench.world.queues[queue] if queue else None, "key": key, "kind": kind, "is_list": is_list}
    async with bench.db.transaction(bench.world.org_id) as tx:
        return str(await tx.value(sql, params))


@pytest.mark.parametrize(
    ("kind", "is_list", "edits", "expected"),
    [
        ("string", False, [Set("x")], "x"),
        ("float", False, [Set(1.5), Adjust(add=(2,))], 3.5),
        ("integer", False, [Adjust(add=(2,)), Adjust(remove=(5,))], -3),
        ("boolean", False, [Set(True)], True),
        ("duration", False, [Set("P1D")], 480),
        ("datetime", False, [Set("2026-03-04T05:06:07+03:00")], "2026-03-04T02:06:07.000+00:00"),
        ("string", True, [Set(("a", "b", "a")), Adjust(remove=("a",), add=("c", "b"))], ["b", "c"]),
        ("string", True, [Set(("a", "b")), Adjust(replace=(("a", "z"),))], ["z", "b"]),
        ("string", True, [Set(("a",)), Adjust(remove=("a",))], None),
        ("date", False, [Set("2026-01-02"), Clear()], None),
    ],
)
async def test_a_custom_field_of_every_form(
    bench: Bench, kind: str, is_list: bool, edits: list[Any], expected: object
) -> None:
    (issue,) = await make_issues(bench.db, bench.world, 1)
    field = await add_field(bench, "bay", kind, is_list=is_list)
    for edit in edits:
        assert await bench.one(issue, Update(Patch({"bay": edit})))
    assert (await bench.issue(issue))["custom"].get(field) == expected
    assert len(await bench.history(issue)) == len(edits)
    assert (await bench.history(issue))[-1]["changes"][f"custom.{field}"][1] in (expected, None)


async def test_a_local_field_is_lost_by_a_move_and_the_history_has_it(bench: Bench) -> None:
    ours = await make_issues(bench.db, bench.world, 1)
    theirs = await make_issues(bench.db, bench.world, 1, queue="DEMO")
    field = await add_field(bench, "bay", "string", queue="TEST")
    tally, failures = await bench.many([*ours, *theirs], Update(Patch({"bay": Set("3")})))
    assert (tally.changed, tally.failed) == (1, 1)
    assert failures[0]["problems"][0]["field"] == "bay"
    await bench.one(ours[0], Move(bench.world.demo))
    assert (await bench.issue(ours[0]))["custom"] == {}
    assert (await bench.history(ours[0]))[-1]["changes"][f"custom.{field}"] == ["3", None]
