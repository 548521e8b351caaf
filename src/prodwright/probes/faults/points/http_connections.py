"""Points of http.client, on which urllib.request rests."""

from __future__ import annotations

import http.client
import io
import socket
from types import ModuleType
from typing import Any

from prodwright.probes.faults.points import http_answers
from prodwright.probes.faults.points.http_answers import DRIP_SECONDS, answer
from prodwright.probes.faults.recorder import OFF, RECORDER, is_within, within


def install(module: ModuleType) -> None:
    """Replace `request` and `getresponse`."""
    connection: Any = module.HTTPConnection
    real_request, real_response = connection.request, connection.getresponse

    def request(
        self: Any,
        method: str,
        url: str,
        body: Any = None,
        headers: Any = None,
        **more: Any,
    ) -> Any:
        self._prodwright = ""
        if RECORDER.mode == OFF or is_within():
            return real_request(self, method, url, body, headers or {}, **more)
        timeout = _timeout(self)
        whole = url if "://" in url else f"http://{self.host}{url}"
        fault = http_answers.hit(method, whole, headers, body, timeout)
        _refuse(fault, method, timeout)
        self._prodwright = fault
        with within():
            return real_request(self, method, url, body, headers or {}, **more)

    def getresponse(self: Any) -> Any:
        if RECORDER.mode == OFF or is_within():
            return real_response(self)
        with within():
            response = real_response(self)
        fault = getattr(self, "_prodwright", "")
        return _changed(response, fault) if fault else response

    connection.request, connection.getresponse = request, getresponse


def _timeout(connection: Any) -> float | None:
    timeout = connection.timeout
    if timeout is socket._GLOBAL_DEFAULT_TIMEOUT:  # type: ignore[attr-defined]
        timeout = socket.getdefaulttimeout()
    return None if timeout is None else float(timeout)


def _refuse(fault: str, method: str, timeout: float | None) -> None:
    if fault == "refused":
        raise RECORDER.fail(ConnectionRefusedError(111, "Connection refused"))
    if fault == "reset":
        told = "Remote end closed connection without response"
        raise RECORDER.fail(http.client.RemoteDisconnected(told))
    if fault == "stall":
        late = TimeoutError("timed out")
        raise RECORDER.stall(timeout, late, f"http.client {method}")


def _changed(response: Any, fault: str) -> Any:
    if fault == "answer-lost":
        raise RECORDER.fail(TimeoutError("timed out"))
    if fault == "slow-drip":
        RECORDER.clock.advance(DRIP_SECONDS)
        return response
    with within():
        body = response.read() if response.fp is not None else b""
    if fault == "cut-body":
        response.fp, response.chunked = io.BytesIO(body[: len(body) // 2]), False
        response.length = len(body) or 1
        return response
    instead = answer(fault, body)
    response.status = response.code = instead.status
    response.reason = http.client.responses.get(instead.status, "")
    response.fp = io.BytesIO(instead.body)
    response.length, response.chunked = len(instead.body), False
    for name, value in instead.headers.items():
        del response.headers[name]
        response.headers[name] = value
    return response
