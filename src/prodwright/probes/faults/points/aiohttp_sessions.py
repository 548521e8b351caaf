"""Points of aiohttp."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

from prodwright.probes.faults.points import event_loops, http_answers
from prodwright.probes.faults.points.http_answers import (
    DRIP_SECONDS,
    answer,
    needs_real,
)
from prodwright.probes.faults.recorder import OFF, RECORDER, is_within, within


def install(module: ModuleType) -> None:
    """Replace the method behind all requests of a session."""
    session: Any = module.ClientSession
    real, real_init = session._request, session.__init__

    def init(self: Any, *arguments: Any, **named: Any) -> None:
        real_init(self, *arguments, **named)
        RECORDER.own(self)

    session.__init__ = init

    async def request(self: Any, method: str, url: Any, **named: Any) -> Any:
        if RECORDER.mode == OFF or is_within():
            return await real(self, method, url, **named)
        if not RECORDER.is_watching():
            response = await real(self, method, url, **named)
            if RECORDER.injected:
                http_answers.note_response(response.status, await response.text())
            return response
        timeout = _timeout(self, named.get("timeout"))
        body = json.dumps(named["json"]) if named.get("json") else named.get("data")
        headers = {**dict(self.headers or {}), **dict(named.get("headers") or {})}
        fault = http_answers.hit(method, str(url), headers, body, timeout)
        if fault == "stall" and not timeout:
            await event_loops.stall(f"aiohttp {method}")
        if fault == "slow-drip":
            await _drip(timeout)
        await event_loops.meet_cancellation(f"{method} {url}")
        response = None
        # No response can be made without a connection: the real one is changed.
        if needs_real(fault) or fault.startswith("status-"):
            with within():
                response = await real(self, method, url, **named)
        if not fault:
            return response
        return await _meet(fault, method, timeout, response)

    session._request = request


def _timeout(session: Any, given: Any) -> float | None:
    if not hasattr(given, "total"):
        if isinstance(given, (int, float)):
            return float(given)
        given = session.timeout
    found = given.total or given.sock_read
    return float(found) if found else None


async def _drip(limit: float | None) -> None:
    """A total limit ends a slow answer; one for each read does not."""
    await event_loops._real_sleep(min(limit or DRIP_SECONDS, DRIP_SECONDS))
    if limit is not None and limit < DRIP_SECONDS:
        aiohttp: Any = __import__("aiohttp")
        raise RECORDER.fail(aiohttp.ServerTimeoutError("timeout"))


async def _meet(fault: str, method: str, limit: float | None, real: Any) -> Any:
    aiohttp: Any = __import__("aiohttp")
    if fault == "refused":
        raise RECORDER.fail(aiohttp.ClientOSError(111, "Cannot connect to host"))
    if fault == "reset":
        raise RECORDER.fail(aiohttp.ServerDisconnectedError())
    late = aiohttp.ServerTimeoutError("timeout")
    if fault == "stall":
        raise RECORDER.stall(limit, late, f"aiohttp {method}")
    if fault == "answer-lost":
        real.close()
        raise RECORDER.fail(late)
    if fault == "slow-drip":
        return real
    if fault == "cut-body":
        error = aiohttp.ClientPayloadError("Response payload is not completed")
        return _cut(real, RECORDER.fail(error))
    return _changed(real, answer(fault, await real.read()))


def _cut(response: Any, error: BaseException) -> Any:
    async def read() -> bytes:
        raise error

    response.read = read
    return response


def _changed(response: Any, instead: http_answers.Answer) -> Any:
    multidict: Any = __import__("multidict")
    response.status, response._body = instead.status, instead.body
    headers = multidict.CIMultiDict(response.headers)
    headers.update({name.title(): value for name, value in instead.headers.items()})
    response._headers = multidict.CIMultiDictProxy(headers)
    response._cache.pop("headers", None)
    return response
