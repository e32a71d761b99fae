"""`shoal token key`, and the secret key that the secrets are encrypted with."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shoal.actions import access_keys
from shoal.actions.sealing import Seal
from shoal.cli import secret_key
from shoal.cli.options import Refusal
from shoal.settings import BadSettings, Settings
from shoal.store.db import Database
from tests.processes import ROOT

KEY = "a secret key of 32 characters, for tests"
Shoal = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def shoal(database_url: str) -> Shoal:
    """Runs a command over a database with one organisation and rosa."""
    base = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "SHOAL_DATABASE_URL": database_url}

    def run(*arguments: str, key: str = KEY) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "shoal", *arguments]
        environment = {**base, "SHOAL_SECRET_KEY": key}
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)

    run("org", "create", "Reef")
    run("user", "add", "rosa", "--admin")
    return run


async def test_a_key_is_made_listed_and_revoked(shoal: Shoal, database_url: str) -> None:
    made = json.loads(shoal("token", "key", "create", "rosa", "--name", "ci", "--json").stdout)
    db = Database(database_url)
    await db.open()
    known = await access_keys.find(db, made["access"])
    assert known is not None
    assert access_keys.secret(Seal(KEY), known) == made["secret"]
    [listed] = json.loads(shoal("token", "key", "list", "--json").stdout)
    assert (listed["access"], listed["login"], listed["name"]) == (made["access"], "rosa", "ci")
    assert made["secret"] not in json.dumps(listed)
    assert shoal("token", "key", "revoke", str(listed["id"])).returncode == 0
    assert await access_keys.find(db, made["access"]) is None
    await db.close()


def test_what_cannot_be_done_is_a_sentence(shoal: Shoal) -> None:
    refused = shoal("token", "key", "create", "rosa", key="")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "SHOAL_SECRET_KEY is not set" in refused.stderr
    assert shoal("token", "key", "create", "rosa", key="short").stderr.startswith("shoal: SHOAL_SECRET_KEY: ")
    assert shoal("token", "key", "create", "nobody").stderr == "shoal: There is no user nobody\n"
    assert shoal("token", "key", "revoke", "7").stderr == "shoal: There is no access key 7\n"


# --- the secret key ------------------------------------------------------------------------------------------------


def test_the_embedded_database_has_a_key_of_its_own_that_stays(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    made = secret_key.kept(settings).secret_key
    assert made is not None
    assert len(made) >= 32
    assert secret_key.kept(settings).secret_key == made
    assert stat.S_IMODE((tmp_path / "data" / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret.key"]
    assert secret_key.kept(Settings(data_dir=tmp_path / "other")).secret_key != made


def test_a_key_that_was_set_wins(tmp_path: Path) -> None:
    assert secret_key.kept(Settings(data_dir=tmp_path, secret_key=KEY)).secret_key == KEY
    assert not list(tmp_path.iterdir())


def test_a_database_of_ones_own_has_no_key_unless_it_is_set(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="SHOAL_SECRET_KEY is not set"):
        secret_key.seal(Settings(data_dir=tmp_path, database_url="postgresql://x"))
    assert not list(tmp_path.iterdir())


def test_a_file_that_holds_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("\n")
    with pytest.raises(BadSettings, match="does not hold a secret key"):
        secret_key.kept(Settings(data_dir=tmp_path))
