"""Points of httpx and httpx2, which are alike."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from prodwright.probes.faults.points import event_loops, http_answers
from prodwright.probes.faults.points.http_answers import (
    DRIP_SECONDS,
    answer,
    needs_real,
)
from prodwright.probes.faults.recorder import OFF, RECORDER, within


def install(module: ModuleType) -> None:
    """Put a transport of ours around each that a client uses."""
    httpx: Any = module
    kinds = ((httpx.Client, _around(httpx)), (httpx.AsyncClient, _around_async(httpx)))
    for client, wrapping in kinds:
        client._transport_for_url = _wrapping(client._transport_for_url, wrapping)
        client.__init__ = _owned(client.__init__)


def _owned(real: Any) -> Any:
    def init(self: Any, *arguments: Any, **named: Any) -> None:
        real(self, *arguments, **named)
        RECORDER.own(self)

    return init


def _wrapping(real: Any, wrapping: Any) -> Any:
    def transport_for_url(self: Any, url: Any) -> Any:
        transport = real(self, url)
        return transport if RECORDER.mode == OFF else wrapping(transport)

    return transport_for_url


def _timeout(request: Any) -> float | None:
    timeouts = request.extensions.get("timeout") or {}
    read: float | None = timeouts.get("read")
    return read


def _hit(request: Any) -> str:
    body = getattr(request, "_content", None)
    url, headers = str(request.url), request.headers
    return http_answers.hit(request.method, url, headers, body, _timeout(request))


def _around(httpx: Any) -> Any:
    class Faulty(httpx.BaseTransport):  # type: ignore[misc]
        def __init__(self, transport: Any) -> None:
            self._transport = transport

        def handle_request(self, request: Any) -> Any:
            if not RECORDER.is_watching():
                return self._answer_to_test(request)
            fault = _hit(request)
            real = None
            if fault == "slow-drip":
                RECORDER.clock.advance(DRIP_SECONDS)
            if needs_real(fault):
                with within():
                    real = self._transport.handle_request(request)
            if not fault or real is None:
                return real or _meet(httpx, fault, request, b"")
            body = real.read()
            return _meet(httpx, fault, request, body) or real

        def _answer_to_test(self, request: Any) -> Any:
            response = self._transport.handle_request(request)
            if RECORDER.injected and not hasattr(response.stream, "aclose"):
                response.read()
                http_answers.note_response(response.status_code, response.text)
            return response

    return Faulty


def _around_async(httpx: Any) -> Any:
    class FaultyAsync(httpx.AsyncBaseTransport):  # type: ignore[misc]
        def __init__(self, transport: Any) -> None:
            self._transport = transport

        async def handle_async_request(self, request: Any) -> Any:
            if not RECORDER.is_watching():
                return await self._answer_to_test(request)
            fault = _hit(request)
            if fault == "stall" and _timeout(request) is None:
                await event_loops.stall(f"httpx {request.method}")
            if fault == "slow-drip":
                await event_loops._real_sleep(DRIP_SECONDS)
            await event_loops.meet_cancellation(f"{request.method} {request.url.path}")
            real = None
            if needs_real(fault):
                with within():
                    real = await self._transport.handle_async_request(request)
            if not fault or real is None:
                return real or _meet(httpx, fault, request, b"")
            return _meet(httpx, fault, request, await real.aread()) or real

        async def _answer_to_test(self, request: Any) -> Any:
            response = await self._transport.handle_async_request(request)
            if RECORDER.injected:
                await response.aread()
                http_answers.note_response(response.status_code, response.text)
            return response

    return FaultyAsync


def _meet(httpx: Any, fault: str, request: Any, body: bytes) -> Any:
    """Raise or return what the client sees; None: the real answer."""
    about = {"request": request}
    if fault == "refused":
        told = "[Errno 111] Connection refused"
        raise RECORDER.fail(httpx.ConnectError(told, **about))
    if fault in ("reset", "cut-body"):
        told = "peer closed connection without sending complete message body"
        raise RECORDER.fail(httpx.RemoteProtocolError(told, **about))
    late = httpx.ReadTimeout("The read operation timed out", **about)
    if fault == "answer-lost":
        raise RECORDER.fail(late)
    if fault == "stall":
        what = f"httpx {request.method}"
        raise RECORDER.stall(_timeout(request), late, what)
    if fault == "slow-drip":
        return None
    instead = answer(fault, body)
    return httpx.Response(
        instead.status, content=instead.body, headers=instead.headers, request=request
    )
