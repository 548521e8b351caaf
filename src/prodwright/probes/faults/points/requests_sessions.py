"""Points of requests, where its transport is replaced; else urllib3 has them below."""

from __future__ import annotations

import http.client
import io
from types import ModuleType
from typing import Any

from prodwright.probes.faults.points import http_answers
from prodwright.probes.faults.points.http_answers import (
    DRIP_SECONDS,
    answer,
    needs_real,
)
from prodwright.probes.faults.recorder import OFF, RECORDER, is_within, within


def install(module: ModuleType) -> None:
    """Replace `Session.send`."""
    sessions: Any = module
    own_send, real = sessions.HTTPAdapter.send, sessions.Session.send

    def send(self: Any, request: Any, **named: Any) -> Any:
        if RECORDER.mode == OFF or is_within():
            return real(self, request, **named)
        if type(self.get_adapter(request.url)).send is own_send:
            return real(self, request, **named)  # urllib3 below has the points
        timeout = read_timeout(named.get("timeout"))
        told = (request.method, request.url, request.headers, request.body, timeout)
        fault = http_answers.hit(*told)
        response = None
        if needs_real(fault):
            with within():
                response = real(self, request, **named)
        if not fault:
            return response
        whole = __import__("requests")
        return _meet(whole, fault, request, timeout, response)

    sessions.Session.send = send


def read_timeout(timeout: Any) -> float | None:
    """Return the read timeout in seconds, whatever form it was given in."""
    if isinstance(timeout, tuple):
        timeout = timeout[-1]
    given = [timeout]
    if hasattr(timeout, "total"):  # of urllib3; its own property wants to be running
        given = [timeout.total, getattr(timeout, "_read", None)]
    limits = [float(each) for each in given if isinstance(each, (int, float))]
    return min(limits, default=None)


def _meet(
    requests: Any, fault: str, request: Any, timeout: float | None, real: Any
) -> Any:
    errors, about = requests.exceptions, {"request": request}
    host = requests.utils.urlparse(request.url).netloc
    pool = f"HTTPSConnectionPool(host='{host}', port=443)"
    if fault == "refused":
        told = f"{pool}: Max retries exceeded with url: {request.path_url}"
        raise RECORDER.fail(errors.ConnectionError(told, **about))
    if fault == "reset":
        gone = http.client.RemoteDisconnected("Remote end closed connection")
        told = "Connection aborted."
        raise RECORDER.fail(errors.ConnectionError(told, gone, **about))
    late = errors.ReadTimeout(f"{pool}: Read timed out.", **about)
    if fault == "stall":
        raise RECORDER.stall(timeout, late, f"requests {request.method}")
    if fault == "answer-lost":
        raise RECORDER.fail(late)
    if fault == "cut-body":
        told = "Connection broken: IncompleteRead"
        raise RECORDER.fail(errors.ChunkedEncodingError(told, **about))
    if fault == "slow-drip":
        RECORDER.clock.advance(DRIP_SECONDS)
        return real
    return _response(requests, answer(fault, real.content if real else b""), request)


def _response(requests: Any, instead: http_answers.Answer, request: Any) -> Any:
    response = requests.Response()
    response.status_code, response._content = instead.status, instead.body
    response.url, response.request = request.url, request
    response.reason, response.raw = "as planned", io.BytesIO()
    response.headers.update(instead.headers)
    response.encoding = "utf-8"
    return response
