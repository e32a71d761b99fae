"""The layout of a data directory, and how a new one is made.

DIR/postgres/           the cluster (PGDATA) with its Unix socket, 0700, of the user the server runs as
DIR/postgres.password   the password of the role shoal, random, 0600
DIR/postgres.port       the TCP port, chosen once
DIR/postgres.log        what the server says
DIR/run/                locks and pid files
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from shoal.postgres import ports
from shoal.postgres.account import Account
from shoal.postgres.death import dies_with_parent
from shoal.postgres.errors import PostgresError, StartFailed, Unusable
from shoal.postgres.private import write_private

ROLE = "shoal"
DATABASE = "shoal"

# sockaddr_un holds 108 bytes, the last of them NUL; the name in the folder is ".s.PGSQL.65535" at most.
SOCKET_FOLDER_LIMIT = 107 - len("/.s.PGSQL.65535")

# The folder a process stands in, by a name that needs no right to the folders above it: the data directory may lie
# below one that only root may enter (mktemp -d makes such), and we never change folders that are not ours.
HERE = "/proc/self/cwd"

HOST_ACCESS = """\
# Written by Shoal when the cluster was made; yours to change.
# Who may connect over TCP is decided first by the addresses the server listens on (127.0.0.1 unless told otherwise).
local all all scram-sha-256
host  all all all scram-sha-256
"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where the parts of a data directory are."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "postgres"

    @property
    def run(self) -> Path:
        return self.folder / "run"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def password_file(self) -> Path:
        return self.folder / "postgres.password"

    @property
    def port_file(self) -> Path:
        return self.folder / "postgres.port"

    @property
    def socket_folder(self) -> Path:
        """DIR/postgres, or a private folder in /tmp when that path is too long for a Unix socket."""
        if len(os.fsencode(self.data)) <= SOCKET_FOLDER_LIMIT:
            return self.data
        digest = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]
        return Path("/tmp") / f"shoal-{digest}"  # noqa: S108 - private: made 0700, and refused when not our own

    def exists(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def major(self) -> int:
        return int((self.data / "PG_VERSION").read_text())

    def password(self) -> str:
        return self.password_file.read_text().strip()

    def port(self) -> int | None:
        """The port kept from earlier starts."""
        text = self.port_file.read_text().strip() if self.port_file.exists() else ""
        return int(text) if text.isdigit() else None

    def url(self, *, host: str | None = None, database: str = DATABASE) -> str:
        """A libpq URL by the Unix socket, or by TCP when a host is named. It contains the password."""
        where = quote(str(self.socket_folder), safe="") if host is None else host
        return f"postgresql://{ROLE}:{quote(self.password(), safe='')}@/{database}?host={where}&port={self.port()}"


def prepare(folder: Path) -> Cluster:
    """Makes DIR and DIR/run. Raises when they cannot be made or written."""
    cluster = Cluster(folder.resolve())
    try:
        cluster.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        cluster.run.mkdir(mode=0o755, exist_ok=True)
        with tempfile.TemporaryFile(dir=cluster.run):
            pass
    except OSError as error:
        raise Unusable(f"The data directory {cluster.folder} cannot be used: {error.strerror}.") from error
    return cluster


def create(cluster: Cluster, account: Account | None, programs: Path) -> None:
    """initdb, beside the final place: a cluster that is there is a whole one."""
    if not cluster.password_file.exists():
        _write(cluster.password_file, f"{secrets.token_urlsafe(32)}\n", account)
    unfinished = cluster.folder / "postgres.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if account:
        account.own(unfinished)
    _initdb(cluster, unfinished, account, programs)
    (unfinished / "pg_hba.conf").write_text(HOST_ACCESS)
    with (unfinished / "postgresql.conf").open("a") as conf:
        conf.write("\ninclude_if_exists = 'shoal.conf'  # written at each start; ALTER SYSTEM goes before it\n")
    unfinished.rename(cluster.data)


def check(cluster: Cluster, major: int) -> None:
    """Raises when the cluster is of another PostgreSQL, or its password is lost."""
    if cluster.major() != major:
        raise Unusable(
            f"The database in {cluster.data} was made by PostgreSQL {cluster.major()}, this Shoal carries {major}. "
            "Dump it with the old version and restore it into a new data directory."
        )
    if not cluster.password_file.exists():
        raise Unusable(f"The database is there, but {cluster.password_file} is missing. Restore it from the backup.")


def write_configuration(cluster: Cluster, account: Account | None, settings: dict[str, str]) -> None:
    head = "# Written by Shoal at each start. To change a setting: ALTER SYSTEM SET name = value.\n"
    lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
    _write(cluster.data / "shoal.conf", head + "".join(lines), account)


def make_socket_folder(cluster: Cluster, account: Account | None) -> None:
    folder = cluster.socket_folder
    if folder == cluster.data:
        return
    folder.mkdir(mode=0o700, exist_ok=True)
    # Somebody else may have put it there; lstat does not follow a link of theirs.
    found = folder.lstat()
    owners = {0, account.uid} if account else {os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners or found.st_mode & 0o077:
        raise Unusable(f"The folder {folder} for the database's socket is not private to Shoal. Remove it.")
    if account:
        account.own(folder)


def choose_port(cluster: Cluster, wanted: int | None, listen: str) -> int:
    """`wanted`, else the port of the last start when it is still free, else a free one; kept in DIR/postgres.port."""
    host = "0.0.0.0" if listen == "*" else (listen.split(",")[0].strip() or "127.0.0.1")  # noqa: S104 - as told
    port = wanted or cluster.port()
    if port is None or not ports.is_free(host, port):
        if wanted:
            raise PostgresError(f"The PostgreSQL port {wanted} on {host} is in use. Choose another by --pg-port.")
        port = ports.find_free(host)
    cluster.port_file.write_text(f"{port}\n")
    return port


def _initdb(cluster: Cluster, data: Path, account: Account | None, programs: Path) -> None:
    with cluster.password_file.open() as secret:
        command: list[str | Path] = [
            *(programs / "initdb", "-D", HERE, "-U", ROLE, "-E", "UTF8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--data-checksums"),
            *("--auth-host=scram-sha-256", "--auth-local=scram-sha-256", f"--pwfile=/proc/self/fd/{secret.fileno()}"),
        ]
        credentials = account.popen() if account else {}
        done = subprocess.run(  # noqa: S603 - initdb of the binaries found
            command,
            cwd=data,
            pass_fds=[secret.fileno()],
            preexec_fn=dies_with_parent(signal.SIGKILL),
            capture_output=True,
            text=True,
            check=False,
            **credentials,
        )
    if done.returncode != 0:
        shutil.rmtree(data, ignore_errors=True)
        raise StartFailed(f"initdb failed: {(done.stderr or done.stdout).strip()[-800:]}")


def _write(path: Path, text: str, account: Account | None) -> None:
    """For the eyes of the server's user only."""
    write_private(path, text.encode())
    if account:
        account.own(path)
