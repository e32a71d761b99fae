"""How commands share flags, and how they end."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from shoal.cli import options, session
from shoal.cli.options import Refusal, given
from shoal.cli.session import Session
from shoal.postgres import PostgresError
from shoal.settings import Settings

seen: list[object] = []
app = typer.Typer()


@app.command()
@given(session.as_somebody)
def feed(here: Session, fish: str, often: int = 1) -> None:
    """Feed a fish."""
    seen.append((here.org_id, here.login, here.settings.data_dir.name, fish, often))


@app.command()
@given(options.database)
def look(settings: Settings) -> None:
    """Look."""
    seen.append(settings)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen.clear()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(options.log, "configure", lambda **_: None)  # the log of this process is the tests'
    for name in ("SHOAL_DATA_DIR", "SHOAL_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def shoal(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, arguments)
    return done.exit_code, done.output


def test_a_command_gets_its_own_arguments_and_what_the_shared_flags_come_to() -> None:
    assert shoal("feed", "dory", "--org", "7", "--as", "rosa", "--data-dir", "reef", "--often", "3")[0] == 0
    assert seen == [(7, "rosa", "reef", "dory", 3)]


def test_shared_flags_may_be_left_out() -> None:
    assert shoal("feed", "dory")[0] == 0
    assert seen == [(None, None, "shoal-data", "dory", 1)]


def test_a_command_has_no_flags_but_those_it_said() -> None:
    code, said = shoal("look", "--org", "7")
    assert code == 2
    assert "--org" in said


def test_help_is_of_the_command_and_names_the_shared_flags() -> None:
    _, said = shoal("feed", "--help")
    assert "Feed a fish." in said
    assert "--database-url" in said


def test_a_wrong_setting_ends_the_command_with_a_sentence() -> None:
    code, said = shoal("look", "--database-url", "mysql://db")
    assert (code, seen) == (1, [])
    assert said.startswith("shoal: The setting database_url: ")


@pytest.mark.parametrize("error", [Refusal("there is no reef"), PostgresError("there is no reef")])
def test_what_an_operator_can_mend_is_a_sentence_and_code_1(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended, options.sentences():
        raise error
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err == "shoal: There is no reef\n"


def test_a_bug_is_no_sentence() -> None:
    with pytest.raises(ZeroDivisionError), options.sentences():
        raise ZeroDivisionError
