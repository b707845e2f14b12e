"""A real HTTP server in the place of Rasa's REST channel and the action server, which can be told to fail."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from knowledge import assess

PROBLEM = {"problems": ["squatted_trademark"]}
COMPLETE = {
    "applicant": "corporation",
    "is_sme": True,
    "deemed_large": False,
    "spent_already": False,
    "problems": ["squatted_trademark"],
    "countries": ["CN"],
    "jp_trademark": True,
    "will_to_use": True,
    "measure": "cancellation",
    "costs": {"squatted_trademark": 2_400_000},
}


def text(words: str, **buttons: str) -> dict[str, Any]:
    """A message as Rasa sends it; buttons are `label="option id"`."""
    item: dict[str, Any] = {"recipient_id": "x", "text": words}
    if buttons:
        item["buttons"] = [
            {"title": label, "payload": "/answer" + json.dumps({"option": option})}
            for label, option in buttons.items()
        ]
    return item


def advice(facts: dict[str, Any]) -> dict[str, Any]:
    """The advice as the actions send it."""
    return {"recipient_id": "x", "custom": assess(facts, fiscal_year=2022, as_of="2022-08-01").to_json()}


def echo(request: dict[str, Any]) -> list[dict[str, Any]]:
    """Says back what arrived, and gives the advice that `COMPLETE` deserves."""
    return [
        text(f"受け取りました: {request['message']}", はい="jp_trademark.yes", いいえ="jp_trademark.no"),
        advice(COMPLETE),
    ]


class RasaStandIn:
    """Answers every message by `answer(request)`; `status`, `raw`, `drop` and `gate` make it fail."""

    def __init__(self) -> None:
        self._server: ThreadingHTTPServer | None = None
        self.port = 0
        self.reset()

    def reset(self) -> None:
        """Listen, answer as usual, remember nothing."""
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answer: Callable[[dict[str, Any]], Any] = echo
        self.status = 200
        self.gate = threading.Event()
        self.gate.set()
        self.raw: bytes | None = None
        self.drop = False
        self.arrived = threading.Event()
        self.start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> list[str]:
        """The messages that arrived."""
        return [request["message"] for request in self.requests]

    def start(self) -> None:
        """Listen; after a stop on the same port, and not twice."""
        if self._server is not None:
            return
        self._server = _Server(("127.0.0.1", self.port), self._handler())
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Refuse connections from now on."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server.hang_up()
            self._server = None

    def _handler(stand_in) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler below
        class Handler(BaseHTTPRequestHandler):
            # Keeps connections and sends at once, as Rasa does.
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                self._send(200, b'{"status": "ok"}')

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                stand_in.requests.append(request)
                stand_in.headers.append({name.title(): value for name, value in self.headers.items()})
                stand_in.arrived.set()
                if stand_in.drop:
                    self.close_connection = True
                    return
                stand_in.gate.wait(60)
                body = stand_in.raw
                if body is None:
                    body = json.dumps(stand_in.answer(request)).encode()
                self._send(stand_in.status, body)

            def _send(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                pass

        return Handler


class _Server(ThreadingHTTPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._connections: list[socket.socket] = []

    def process_request(self, request: Any, client_address: Any) -> None:
        """Note the connection, to be able to end it."""
        self._connections.append(request)
        super().process_request(request, client_address)

    def hang_up(self) -> None:
        """End the connections that are kept."""
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, *_args: object) -> None:
        """The other side may hang up: that is what some tests are about."""
