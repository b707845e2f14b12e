"""What the stand-ins for LINE and Slack have in common: a real HTTP server that can be told to fail."""

from __future__ import annotations

import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class RefusedError(Exception):
    """The vendor would refuse this request."""

    def __init__(self, status: int, reason: str, **headers: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = headers


class VendorStandIn:
    """Serves `answer(method, path, headers, body)` until it is stopped.

    Attributes:
        refusals: Everything that was refused for its content: a test that expects none looks here.
        failures: Statuses to answer the next sendings with, instead of taking them. A negative one takes the
            sending and then hangs up, as a connection does that breaks.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.refusals: list[str] = []
        self.failures: deque[int] = deque()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Refuse connections from now on."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers of the answer to a request; raises `RefusedError`."""
        raise NotImplementedError

    def refusal(self, refused: RefusedError) -> tuple[int, bytes]:
        """The vendor's way to refuse."""
        raise NotImplementedError

    def failing(self) -> bool:
        """Whether to hang up after taking; raises `RefusedError` where it is not taken at all."""
        status = self.failures.popleft() if self.failures else 0
        if status > 0:
            headers = {"Retry-After": "1"} if status == 429 else {}
            raise RefusedError(status, f"told to fail with {status}", **headers)
        return status < 0

    def _handler(stand_in) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler below
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                more: dict[str, str] = {}
                try:
                    with stand_in.lock:
                        status, answer, more = stand_in.answer(self.command, self.path, self.headers, body)
                except RefusedError as refused:
                    if not str(refused).startswith("told to fail"):
                        stand_in.refusals.append(f"{self.path}: {refused}")
                    status, answer = stand_in.refusal(refused)
                    more = refused.headers
                if status < 0:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(answer)))
                for name, value in more.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer)

            # What Slack's library reads, it asks for so: what it wants stands in the address.
            def do_GET(self) -> None:
                self.do_POST()

            def do_DELETE(self) -> None:
                self.do_POST()

            def log_message(self, *_args: object) -> None:
                pass

        return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_args: object) -> None:
        """The other side may be killed: that is what some tests are about."""
