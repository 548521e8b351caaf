"""What WSGI applications under test answer to the test clients of their frameworks."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from prodwright.probes.faults.points import http_answers
from prodwright.probes.faults.recorder import RECORDER

_METHODS = {"werkzeug.test": "open", "django.test.client": "request"}


def install(module: ModuleType) -> None:
    """Replace the method behind all requests of the client."""
    client: Any = module.Client
    name = _METHODS[module.__name__]
    real = getattr(client, name)

    def request(self: Any, *arguments: Any, **named: Any) -> Any:
        response = real(self, *arguments, **named)
        if RECORDER.injected:
            body: Any = getattr(response, "data", None)
            body = getattr(response, "content", b"") if body is None else body
            text = body.decode("utf-8", errors="replace")
            http_answers.note_response(response.status_code, text)
        return response

    setattr(client, name, request)
