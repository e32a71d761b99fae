"""The system user that the server runs as. PostgreSQL refuses to run as root; an ordinary user runs it as itself."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from shoal.postgres.errors import PostgresError, Unusable

NAME = "shoal-pg"


class Credentials(TypedDict, total=False):
    """Arguments of Popen."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """An unprivileged user, to whom root hands the server."""

    name: str
    uid: int
    gid: int

    def popen(self) -> Credentials:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def may_reach(self, folder: Path) -> bool:
        return all(self._may_enter(parent) for parent in folder.resolve().parents)

    def _may_enter(self, folder: Path) -> bool:
        found = folder.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & 0o100)
        return bool(found.st_mode & (0o010 if found.st_gid == self.gid else 0o001))


def choose(data: Path) -> Account | None:
    """None when the caller is not root; else the owner of `data`, else the user shoal-pg, made when it is missing."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (uid := data.stat().st_uid) != 0:
        return _by_uid(uid)
    try:
        return _by_name(NAME)
    except KeyError:
        return _create()


def _by_uid(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise Unusable(f"The database belongs to user id {uid}, which this machine does not know.") from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _by_name(name: str) -> Account:
    entry = pwd.getpwnam(name)
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _create() -> Account:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
    if shutil.which("useradd") is None:
        raise PostgresError(
            "PostgreSQL does not run as root, and useradd is missing to make a user for it. "
            f"Create a system user named {NAME}, or run Shoal as an ordinary user."
        )
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - all constant
    try:
        return _by_name(NAME)
    except KeyError:
        raise PostgresError(f"The user {NAME} cannot be created: {done.stderr.strip()}") from None
