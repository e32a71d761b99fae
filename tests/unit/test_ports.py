"""Ports to listen on."""

from __future__ import annotations

import socket

from shoal.postgres import ports


def test_a_port_that_somebody_listens_on_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert not ports.is_free("127.0.0.1", server.getsockname()[1])


def test_what_is_found_is_free() -> None:
    assert ports.is_free("127.0.0.1", ports.find_free("127.0.0.1"))


def test_a_host_of_another_machine_has_no_free_port() -> None:
    assert not ports.is_free("192.0.2.1", 8080)
