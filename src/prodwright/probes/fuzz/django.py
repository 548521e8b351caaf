"""Sees what Django's test client asks, and puts requests to the same handler."""

from __future__ import annotations

import io
from collections.abc import Callable
from types import ModuleType
from typing import Any

from prodwright.probes.fuzz.messages import (
    MOST_ANSWER_BYTES,
    Answer,
    Request,
    headers_of,
)
from prodwright.probes.fuzz.stand import STAND
from prodwright.probes.fuzz.wsgi import environ_of, request_of


def install(module: ModuleType) -> None:
    """Watch the handler behind `django.test.Client`."""
    handler: Any = module.ClientHandler
    real: Callable[[Any, dict[str, Any]], Any] = handler.__call__

    def called(self: Any, environ: dict[str, Any]) -> Any:
        if not STAND.enter():
            return real(self, environ)
        try:
            request = request_of(environ)
            environ["wsgi.input"] = module.FakePayload(request.body)
            visit = STAND.visit(self, request)
            for trial in visit.trials:
                asked = trial.begin()
                trial.end(_answer(real, self, asked, environ))
            visit.finish()
            response = real(self, environ)
            visit.note(_told(response), {"django": response})
            return response
        finally:
            STAND.leave()

    handler.__call__ = called


def _answer(
    real: Callable[[Any, dict[str, Any]], Any],
    handler: Any,
    request: Request,
    base: dict[str, Any],
) -> Answer:
    environ = environ_of(request, base)
    environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read())
    try:
        return _told(real(handler, environ))
    except Exception as error:  # noqa: BLE001 - what leaves it is the answer
        return Answer(error=error)


def _told(response: Any) -> Answer:
    streamed = getattr(response, "streaming", False)
    body = b"" if streamed else bytes(response.content)
    return Answer(
        status=int(response.status_code),
        headers=headers_of(response.items()),
        body=body[:MOST_ANSWER_BYTES],
        size=len(body),
    )
