"""Rasa and the action server are reachable by this machine only, and offer what the chain needs."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.chain import Chain

LISTENING = "0A"


def _port(chain: Chain, name: str) -> int:
    return int(chain.environment[f"NAVI_{name.upper()}_PORT"])


def _listening(port: int) -> list[str]:
    """Addresses on which something listens on a port, as the kernel writes them."""
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            place, state = line.split()[1], line.split()[3]
            address, _, hexadecimal = place.rpartition(":")
            if state == LISTENING and int(hexadecimal, 16) == port:
                found.append(address)
    return found


def _other_address() -> str | None:
    """An address of this machine that is not loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: the kernel only says from where it would be.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if address.startswith("127.") else address


@pytest.mark.parametrize("name", ["rasa", "actions"])
def test_only_channels_may_be_reached_from_outside(chain: Chain, name: str) -> None:
    port = _port(chain, name)
    assert {"0100007F"} == set(_listening(port))
    other = _other_address()
    if other is not None:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((other, port), timeout=5)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/conversations/x/tracker"),
        ("POST", "/conversations/x/tracker/events"),
        ("POST", "/conversations/x/messages"),
        ("POST", "/model/parse"),
        ("POST", "/model/train"),
        ("PUT", "/model"),
        ("DELETE", "/model"),
        ("GET", "/domain"),
        ("GET", "/status"),
    ],
)
def test_rasa_offers_no_api(chain: Chain, method: str, path: str) -> None:
    response = httpx.request(
        method, f"http://127.0.0.1:{_port(chain, 'rasa')}{path}", json={}, trust_env=False
    )
    assert 404 == response.status_code
    assert "秘密" not in response.text


@pytest.mark.parametrize("body", ['{"next_action": "秘密の動作"}', "{", "[]", '{"next_action": 5}'])
def test_what_the_action_server_says_of_an_error_reaches_nobody(chain: Chain, body: str) -> None:
    """Its own reply may quote: only loopback hears it, and the public door knows no way to it."""
    public = httpx.post(f"{chain.address}/webhook", content=body.encode(), trust_env=False)
    assert 404 == public.status_code
    assert "秘密" not in public.text


def test_the_public_door_listens_where_it_was_told(chain: Chain) -> None:
    assert {"0100007F"} == set(_listening(urlsplit(chain.address).port or 0))
