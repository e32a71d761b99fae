"""Settings: which source wins, and what is said of a wrong one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shoal import settings
from shoal.settings import BadSettings, Settings

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


def file(folder: Path, text: str) -> str:
    path = folder / "shoal.toml"
    path.write_text(text)
    return str(path)


def test_flag_wins_over_variable_and_variable_over_file(tmp_path: Path) -> None:
    config = file(tmp_path, 'port = 1001\nhost = "10.0.0.1"\nworkers = 3')
    read = settings.read({"config": config, "port": 1003}, {"SHOAL_PORT": "1002", "SHOAL_HOST": "10.0.0.2"})
    assert (read.port, read.host, read.workers) == (1003, "10.0.0.2", 3)


def test_flag_not_given_and_empty_variable_set_nothing() -> None:
    assert settings.read({"port": None}, {"SHOAL_PORT": ""}).port == 8080


def test_variable_is_read_as_the_type_of_its_field() -> None:
    read = settings.read(
        {}, {"SHOAL_TRUST_FORWARDED": "true", "SHOAL_YANDEX_BULK_LIMIT": "7", "SHOAL_DATA_DIR": "/srv/shoal"}
    )
    assert (read.trust_forwarded, read.yandex_bulk_limit, read.data_dir) == (True, 7, Path("/srv/shoal"))


def test_unknown_keys_of_the_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"shoal.toml has what Shoal does not know: colour, prot\."):
        settings.read({"config": file(tmp_path, 'prot = 1\nport = 2\ncolour = "red"')}, {})


def test_file_that_was_named_must_exist(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="cannot be read"):
        settings.read({}, {"SHOAL_CONFIG": str(tmp_path / "missing.toml")})


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("SHOAL_PORT", "many", "SHOAL_PORT: Expected `int`"),
        ("SHOAL_PORT", "70000", "SHOAL_PORT: Expected `int` <= 65535"),
        ("SHOAL_LOG_FORMAT", "xml", "SHOAL_LOG_FORMAT: Invalid enum value 'xml'"),
        ("SHOAL_PUBLIC_URL", "tracker.example.org", "public_url: expected a URL that begins with http:// or https://"),
        ("SHOAL_PUBLIC_URL", "https://example.org/shoal", "public_url: Shoal sits at the root"),
        (
            "SHOAL_DATABASE_URL",
            "mysql://db/shoal",
            "database_url: expected a URL that begins with postgres:// or postgresql://",
        ),
    ],
)
def test_wrong_value_is_named_with_its_source(variable: str, value: str, said: str) -> None:
    with pytest.raises(BadSettings, match=re.escape(said)):
        settings.read({}, {variable: value})


def test_children_read_the_same_settings_from_their_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file(tmp_path, "port = 1001\nyandex_bulk_limit = 5")
    monkeypatch.chdir(tmp_path)
    effective = Settings(data_dir=tmp_path, port=9999, trust_forwarded=True, public_url="https://tracker.example.org")
    assert settings.from_environment(settings.as_environment(effective)) == effective


def test_relative_data_directory_is_that_of_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings.read({}, {}).data_dir == tmp_path / "shoal-data"


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:8080"), ("0.0.0.0", "http://127.0.0.1:8080"), ("::", "http://[::1]:8080")],
)
def test_local_url_can_be_opened(host: str, url: str) -> None:
    assert Settings(host=host).local_url == url


def test_every_setting_is_in_the_operators_table() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(SHOAL_\w+)` \|", OPERATIONS.read_text(), re.MULTILINE)
    assert rows == [(name, f"SHOAL_{name.upper()}") for name in settings.TYPES]
