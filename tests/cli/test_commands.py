"""The commands beside `serve`, run as an operator runs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest

from shoal.store import migrate
from tests import database
from tests.processes import Program, program, temporary_folder


@pytest.fixture
def empty_url(postgres_url: str) -> Iterator[str]:
    with database.database(postgres_url) as url:
        yield url


def shoal(*arguments: str) -> AbstractContextManager[Program]:
    return program("shoal", *arguments)


def test_upgrade_brings_an_external_database_to_head(empty_url: str) -> None:
    with shoal("db", "check", "--database-url", empty_url) as check:
        assert check.wait() == 1
    assert "has no Shoal schema yet" in check.heard
    with shoal("db", "upgrade", "--database-url", empty_url) as upgrade:
        assert upgrade.wait() == 0
    migrate.check(empty_url)


def test_verify_says_that_a_database_is_sound_or_names_what_is_broken(database_url: str) -> None:
    with shoal("db", "verify", "--database-url", database_url) as sound:
        assert sound.wait() == 0
    assert sound.heard.startswith("The database is sound: ")
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO shoal.organisation (id, name) VALUES (7, 'Reef')")
        connection.execute("INSERT INTO shoal.issue_alias VALUES (7, 1, 1, 8)")
    with shoal("db", "verify", "--database-url", database_url) as broken:
        assert broken.wait() == 1
    assert broken.heard == "Organisation 7: 1 issues with a former key that is in use, or of no issue: 8\n"


def test_upgrade_starts_the_embedded_database_when_nobody_runs_it() -> None:
    with temporary_folder() as folder, shoal("db", "upgrade", "--data-dir", str(folder)) as upgrade:
        assert upgrade.wait() == 0
        assert f"The database is at {migrate.head()}." in upgrade.heard


def test_database_that_does_not_answer_is_a_sentence() -> None:
    with shoal("db", "check", "--database-url", "postgresql://127.0.0.1:1/none") as check:
        assert check.wait() == 1
    assert check.heard.startswith("shoal: The database does not answer:")
    assert "Traceback" not in check.heard


def test_wrong_setting_is_a_sentence() -> None:
    with shoal("serve", "--log-format", "xml") as serve:
        assert serve.wait() == 1
    assert serve.heard == "shoal: --log-format: Invalid enum value 'xml', but it is 'xml'.\n"


@pytest.mark.parametrize(
    "command",
    [
        ("org", "list"),
        ("user", "list"),
        ("token", "list"),
        ("token", "key", "list"),
        ("queue", "list"),
        ("db", "check"),
        ("db", "verify"),
    ],
    ids=" ".join,
)
def test_a_command_that_looks_makes_no_database(command: tuple[str, ...], tmp_path: Path) -> None:
    with shoal(*command, "--data-dir", str(tmp_path / "reef")) as refused:
        assert refused.wait() == 1
    assert refused.heard.startswith(f"shoal: There is no database in {tmp_path / 'reef'}. `shoal serve`")
    assert list(tmp_path.iterdir()) == []


def test_serve_over_a_database_without_schema_leaves_no_folder(empty_url: str, tmp_path: Path) -> None:
    with shoal("serve", "--database-url", empty_url, "--data-dir", str(tmp_path / "reef")) as serve:
        assert serve.wait() == 1
    assert serve.heard == "shoal: The database has no Shoal schema yet. Run: shoal db upgrade\n"
    assert list(tmp_path.iterdir()) == []


def test_url_of_another_scheme_is_a_sentence() -> None:
    with shoal("db", "check", "--database-url", "mysql://db/shoal") as check:
        assert check.wait() == 1
    expected = "expected a URL that begins with postgres:// or postgresql://"
    assert check.heard == f"shoal: The setting database_url: {expected}.\n"
