"""What becomes of a turn when the action server is not there."""

from __future__ import annotations

import asyncio

import pytest

from bot.rasa.failures import ActionEndpoint, TurnLostError

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"events":[]}'


def ask(hang_ups: int) -> object:
    """One action call to a server that first hangs up so many times."""
    left = [hang_ups]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if left[0]:
            left[0] -= 1
        else:
            writer.write(ANSWER)
            await writer.drain()
        writer.close()

    async def run() -> object:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        endpoint = ActionEndpoint(f"http://127.0.0.1:{port}")
        try:
            return await endpoint.request(json={}, method="post")
        finally:
            await endpoint.session().enter_result.close()
            server.close()

    return asyncio.run(run())


def test_a_connection_that_closes_once_loses_no_turn() -> None:
    assert {"events": []} == ask(hang_ups=1)


def test_a_server_that_stays_away_ends_the_turn() -> None:
    with pytest.raises(TurnLostError, match="ServerDisconnected"):
        ask(hang_ups=2)
