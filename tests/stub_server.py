"""A server that answers as it is told, for what no vendor's stand-in would do: broken answers, and none at all."""

import json
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str], bytes]


class StubServer:
    """On a loopback port, in threads of its own.

    Attributes:
        url: where it is.
        requests: method, path and body of each request.
        answer: what it answers to method and path; None drops the connection without an answer.
        release: set when the test is over, or by the test, for answers that wait.
    """

    def __init__(self, prefix: str = "") -> None:
        """It answers 404 until it is told otherwise; `prefix` is left out of the paths."""
        self.requests: list[tuple[str, str, bytes]] = []
        self.answer: Callable[[str, str], Answer | None] = lambda method, path: (404, {}, b"{}")
        self._prefix = prefix
        self.release = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def lines(self) -> list[str]:
        """`METHOD path` of each request."""
        return [f"{method} {path}" for method, path, _ in self.requests]

    def always(self, status: int, body: Any = None, **headers: str) -> None:
        """Answer every request alike: with JSON, or with bytes as they are."""
        content = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = lambda method, path: (status, named, content)

    def hang(self) -> None:
        """Do not answer before the test is over."""

        def wait(method: str, path: str) -> None:
            self.release.wait(10)

        self.answer = wait

    def stop(self) -> None:
        """Let go of the port and of whoever hangs."""
        self.release.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                path = self.path.removeprefix(stub._prefix)
                stub.requests.append((self.command, path, body))
                answer = stub.answer(self.command, path)
                if answer is None:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                status, headers, content = answer
                self.send_response(status)
                for name, value in {"Content-Length": str(len(content)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = handle_any  # noqa: N815  # names of http.server

            def log_message(self, *_: Any) -> None:
                pass

        return Handler
