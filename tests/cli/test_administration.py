"""The commands over an organisation, run as an operator runs them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shoal.actions import bulk, tokens
from shoal.domain.bulk import Listed, NewBulkChange, Update
from shoal.domain.issue import IssueRef
from shoal.domain.patch import Patch, Set
from shoal.store.db import Database
from tests.processes import ROOT
from tests.world import make_issues, make_world

DATA = ROOT / "tests" / "data"
Shoal = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def shoal(database_url: str) -> Shoal:
    """Runs a command over a database of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "SHOAL_DATABASE_URL": database_url}

    def run(*arguments: str, answer: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "shoal", *arguments]
        return subprocess.run(command, env=environment, input=answer, capture_output=True, text=True, timeout=60)

    return run


def result(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


async def test_an_organisation_is_set_up_by_commands(shoal: Shoal, database_url: str) -> None:
    org = result(shoal("org", "create", "Reef", "--language", "ru", "--json"))
    user = result(shoal("user", "add", "rosa", "--first-name", "Rosa", "--admin", "--json"))[0]
    shoal("queue", "create", "TEST", "--json")
    token = result(shoal("token", "create", "rosa", "--json"))["token"]
    assert [it["key"] for it in result(shoal("queue", "list", "--json"))] == ["TEST"]
    db = Database(database_url)
    await db.open()
    actor = await tokens.authenticate(db, token)
    await db.close()
    assert (actor.org_id, actor.user_id, actor.is_admin, actor.language) == (org["id"], user["id"], True, "ru")


def test_password_is_read_and_kept_as_a_hash(shoal: Shoal) -> None:
    shoal("org", "create", "Reef")
    made = shoal("user", "add", "ivan", "--password", answer="geheim\n")
    assert made.returncode == 0
    assert "geheim" not in made.stdout
    assert shoal("user", "passwd", "ivan", answer="other\n").stdout == "ivan has a new password.\n"
    assert shoal("user", "passwd", "ivan", answer="").stderr == "shoal: Password: a password is not empty\n"


def test_revoked_token_is_shown_as_such(shoal: Shoal) -> None:
    shoal("org", "create", "Reef")
    shoal("user", "add", "ivan")
    shoal("token", "create", "ivan")
    (token,) = result(shoal("token", "list", "--json"))
    assert token["revoked_at"] is None
    assert shoal("token", "revoke", str(token["id"])).returncode == 0
    assert result(shoal("token", "list", "--json"))[0]["revoked_at"] is not None


def test_with_two_organisations_one_must_be_named(shoal: Shoal) -> None:
    reef, _atoll = (result(shoal("org", "create", name, "--json")) for name in ("Reef", "Atoll"))
    refused = shoal("user", "list")
    assert refused.returncode == 1
    assert f"{reef['id']} (Reef)" in refused.stderr
    assert result(shoal("user", "list", "--org", str(reef["id"]), "--json")) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("user", "add", "a b"), "shoal: Login: a login is"),
        (("user", "passwd", "nobody"), "shoal: There is no user nobody"),
        (("token", "revoke", "77"), "shoal: There is no token 77"),
        (("queue", "create", "TEST"), "shoal: There is no administrator yet"),
        (("org", "create", "Reef"), "shoal: An organisation of this name exists"),
        (("import", "/nowhere", "--queue", "TEST"), "shoal: There is no administrator yet"),
    ],
)
def test_what_a_person_can_mend_is_a_sentence(shoal: Shoal, arguments: tuple[str, ...], sentence: str) -> None:
    shoal("org", "create", "Reef")
    refused = shoal(*arguments, answer="x\n")
    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr


def test_import_tells_what_came_of_it(shoal: Shoal, tmp_path: Path) -> None:
    shoal("org", "create", "Reef")
    shoal("user", "add", "rosa", "--admin")
    report = tmp_path / "report.jsonl"
    options = ("--queue", "TEST", "--comments", str(DATA / "tracker.comments.jsonl"), "--report", str(report), "--json")
    assert "--create-queue makes it" in shoal("import", str(DATA / "tracker.issues.jsonl"), *options).stderr
    done = shoal("import", str(DATA / "tracker.issues.jsonl"), "--create-queue", *options)
    assert done.returncode == 1  # a line was refused
    assert json.loads(done.stdout)["issues"] == {
        "imported": 6, "unchanged": 0, "changed": 0, "skipped": 0, "refused": 2
    }  # fmt: skip
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    assert {line["line"] for line in lines if line["outcome"] == "refused"} == {4, 8}


def test_import_of_nothing_but_broken_lines_ends_its_bar(shoal: Shoal, tmp_path: Path) -> None:
    shoal("org", "create", "Reef")
    shoal("user", "add", "rosa", "--admin")
    shoal("queue", "create", "TEST")
    (tmp_path / "broken.jsonl").write_text("{broken\n" * 3)
    done = shoal("import", str(tmp_path / "broken.jsonl"), "--queue", "TEST")
    assert done.returncode == 1
    assert re.fullmatch(r"Issues +━+ 24/24 bytes 0:00:\d\d\n", done.stderr)


def test_import_of_one_project_leaves_the_others(shoal: Shoal) -> None:
    shoal("org", "create", "Reef")
    shoal("user", "add", "rosa", "--admin")
    shoal("queue", "create", "NEW")
    done = shoal("import", str(DATA / "tracker.issues.jsonl"), "--queue", "NEW", "--project", "NEW", "--json")
    assert json.loads(done.stdout)["issues"]["imported"] == 1


@pytest.mark.parametrize("group", ["org", "user", "token", "queue", "import", "demo"])
def test_every_command_has_help(shoal: Shoal, group: str) -> None:
    done = shoal(group, "--help")
    assert done.returncode == 0
    assert "Traceback" not in done.stdout + done.stderr


async def test_a_bulk_change_is_paused_resumed_and_cancelled(shoal: Shoal, database_url: str) -> None:
    db = Database(database_url)
    await db.open()
    world = await make_world(db)
    made = await make_issues(db, world, 2)
    new = NewBulkChange(
        Listed(tuple(IssueRef(str(it), id=it) for it in made)), Update(Patch({"priority": Set("minor")}))
    )
    change = await bulk.submit(db, world.rosa, new)
    await db.close()
    org = ("--org", str(world.org_id))
    assert (
        shoal("bulk", "pause", str(change.id), *org).stdout
        == f"Bulk change {change.id} is queued; to pause is asked.\n"
    )
    (listed,) = result(shoal("bulk", "list", *org, "--json"))
    assert (listed["id"], listed["state"], listed["wanted"], listed["total"]) == (change.id, "queued", "pause", 2)
    assert shoal("bulk", "resume", str(change.id), *org).stdout == f"Bulk change {change.id} is queued.\n"
    assert shoal("bulk", "resume", str(change.id), *org).stderr == "shoal: The bulk change is not paused\n"
    assert shoal("bulk", "cancel", str(change.id), *org).returncode == 0
    assert shoal("bulk", "cancel", "99", *org).stderr == "shoal: There is no bulk change 99\n"
    assert result(shoal("bulk", "list", "--org", str(world.other_org_id), "--json")) == []
