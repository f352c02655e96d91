"""Health and metrics over HTTP: /healthz, /readyz, /metrics."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

Status = Callable[[], tuple[bool, dict[str, Any]]]


class HealthServer:
    """Serves on a thread of its own. `healthy` and `ready` must be quick and safe to call from there."""

    def __init__(self, host: str, port: int, registry: CollectorRegistry, healthy: Status, ready: Status) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/metrics":
                    self._answer(200, CONTENT_TYPE_LATEST, generate_latest(registry))
                elif self.path in {"/healthz", "/readyz"}:
                    good, details = (healthy if self.path == "/healthz" else ready)()
                    self._answer(200 if good else 503, "application/json", json.dumps(details).encode())
                else:
                    self._answer(404, "text/plain", b"/healthz, /readyz, /metrics\n")

            def _answer(self, status: int, content_type: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
                """Probes come every few seconds; they are not worth a line."""

        self._server = ThreadingHTTPServer((host, port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, name="health", daemon=True)

    def start(self) -> None:
        """Serve from now on."""
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
