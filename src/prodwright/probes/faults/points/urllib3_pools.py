"""Points of urllib3, below its own retries."""

from __future__ import annotations

import io
from types import ModuleType
from typing import Any

from prodwright.probes.faults.points import http_answers
from prodwright.probes.faults.points.http_answers import (
    DRIP_SECONDS,
    answer,
    needs_real,
)
from prodwright.probes.faults.points.requests_sessions import read_timeout
from prodwright.probes.faults.recorder import OFF, RECORDER, is_within, within


def install(module: ModuleType) -> None:
    """Replace the one method through which every request goes."""
    pool: Any = module.HTTPConnectionPool
    real = pool._make_request

    def make_request(
        self: Any,
        connection: Any,
        method: str,
        url: str,
        body: Any = None,
        headers: Any = None,
        *arguments: Any,
        **named: Any,
    ) -> Any:
        rest = (connection, method, url, body, headers, *arguments)
        if RECORDER.mode == OFF or is_within():
            return real(self, *rest, **named)
        timeout = read_timeout(named.get("timeout"))
        whole = f"{self.scheme}://{self.host}{url}"
        fault = http_answers.hit(method, whole, headers, body, timeout)
        response = None
        if needs_real(fault):
            with within():
                response = real(self, *rest, **named)
        if not fault:
            return response
        return _meet(self, fault, (method, url, connection), timeout, response)

    pool._make_request = make_request


def _meet(
    pool: Any, fault: str, call: tuple[str, str, Any], timeout: float | None, real: Any
) -> Any:
    urllib3: Any = __import__("urllib3")
    errors, (method, url, connection) = urllib3.exceptions, call
    if fault == "refused":
        told = "Failed to establish a new connection: [Errno 111] Connection refused"
        raise RECORDER.fail(errors.NewConnectionError(connection, told))
    if fault in ("reset", "cut-body"):
        gone = ConnectionResetError(104, "Connection reset by peer")
        raise RECORDER.fail(errors.ProtocolError("Connection aborted.", gone))
    late = errors.ReadTimeoutError(pool, url, "Read timed out.")
    if fault == "stall":
        raise RECORDER.stall(timeout, late, f"urllib3 {method}")
    if fault == "answer-lost":
        raise RECORDER.fail(late)
    if fault == "slow-drip":
        RECORDER.clock.advance(DRIP_SECONDS)
        return real
    body = b""
    if real is not None:
        body = real.read()
        real.release_conn()
    instead = answer(fault, body)
    return urllib3.HTTPResponse(
        io.BytesIO(instead.body),
        instead.headers,
        instead.status,
        preload_content=False,
        request_method=method,
        request_url=url,
    )
