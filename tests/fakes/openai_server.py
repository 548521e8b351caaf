"""A server that speaks the OpenAI chat protocol with streaming, and fails on command.

It plays a script: one entry per request. Each entry is a reply (see the scripted
model) or the name of a fault. Every request it gets is remembered by the digest of
its conversation, so that a test can tell whether one was sent twice.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Entry = dict[str, Any] | str
MODEL = "fake-1"
_HANG_SECONDS = 30.0


@dataclass
class Play:
    """What is played and what was asked.

    Attributes:
        entries: One per request; the last one is played again and again.
        steady: Whether the same conversation gets the same entry again, and only a
            new one gets the next.
        asked: Bodies of the requests, in order.
        keys: Authorization headers, in order.
    """

    entries: Sequence[Entry]
    steady: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def entry(self) -> Entry:
        """Return what is played for the last request."""
        told = self.digests()
        number = len(told)
        if self.steady:
            number = list(dict.fromkeys(told)).index(told[-1]) + 1
        return self.entries[min(number, len(self.entries)) - 1]

    def digests(self) -> list[str]:
        """Return what tells one request's conversation from another's."""
        return [conversation_digest(body) for body in self.asked]


def conversation_digest(body: dict[str, Any]) -> str:
    """Return a hash of what the model was told."""
    told = json.dumps(body["messages"], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


class Server:
    """Listens on a free port of the loopback.

    Args:
        entries: What it plays.
        steady: See `Play`.
    """

    def __init__(self, entries: Sequence[Entry], *, steady: bool = False) -> None:
        self.play = Play(entries, steady)
        handler = type("Handler", (_Handler,), {"play": self.play})
        self._server = _Quiet(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> Server:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.play.closing.set()
        self._server.shutdown()
        self._server.server_close()


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    play: Play
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """A test has no use for it."""

    def do_POST(self) -> None:
        size = int(self.headers["content-length"])
        self.play.asked.append(json.loads(self.rfile.read(size)))
        self.play.keys.append(self.headers.get("authorization", ""))
        entry = self.play.entry()
        if isinstance(entry, dict):
            self._stream(_events(entry))
            return
        getattr(self, f"_{entry.replace('-', '_')}")()

    def _error(self, status: int, body: object, **headers: str) -> None:
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def _rate_limited(self) -> None:
        self._error(429, {"error": {"message": "slow down", "code": "rate_limit"}})

    def _rate_limited_for_2(self) -> None:
        self._error(429, {"error": {"message": "slow down"}}, retry_after="2")

    def _rate_limited_for_an_hour(self) -> None:
        self._error(429, {"error": {"message": "slow down"}}, retry_after="3600")

    def _broken(self) -> None:
        self._error(500, {"error": {"message": "sk-should-not-be-repeated-0123456789"}})

    def _unavailable(self) -> None:
        self._error(503, "upstream connect error")

    def _unauthorized(self) -> None:
        self._error(401, {"error": {"message": "no", "code": "invalid_api_key"}})

    def _unknown_model(self) -> None:
        self._error(404, {"error": {"message": "no", "code": "model_not_found"}})

    def _bad_request(self) -> None:
        self._error(400, {"error": {"message": "no", "type": "invalid_request_error"}})

    def _quota(self) -> None:
        self._error(429, {"error": {"message": "no", "code": "insufficient_quota"}})

    def _overflow(self) -> None:
        code = "context_length_exceeded"
        self._error(400, {"error": {"message": "maximum context", "code": code}})

    def _not_json(self) -> None:
        self._error(200, "<html>a proxy's page</html>")

    def _hang(self) -> None:
        self.play.closing.wait(_HANG_SECONDS)

    def _cut(self) -> None:
        self._begin()
        self._send(_events({"text": "I was about to say"})[0])
        self.wfile.flush()
        self.connection.close()
        self.close_connection = True

    def _malformed_event(self) -> None:
        self._begin()
        self._chunk(b'data: {"id": "x", "choices": [{\n\n')
        self._end()

    def _stall(self) -> None:
        self._begin()
        self._send(_events({"text": "One moment"})[0])
        self.play.closing.wait(_HANG_SECONDS)

    def _drip(self) -> None:
        self._begin()
        while not self.play.closing.wait(0.1):
            self._send(_events({"text": "And"})[0])
            self.wfile.flush()

    def _empty(self) -> None:
        self._stream(_events({"text": ""}))

    def _refusal(self) -> None:
        self._stream(_events({"text": ""}, finish="content_filter"))

    def _stream(self, events: list[dict[str, Any]]) -> None:
        self._begin()
        for event in events:
            self._send(event)
        self._chunk(b"data: [DONE]\n\n")
        self._end()

    def _begin(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def _send(self, event: dict[str, Any]) -> None:
        self._chunk(f"data: {json.dumps(event)}\n\n".encode())

    def _chunk(self, content: bytes) -> None:
        self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
        self.wfile.flush()

    def _end(self) -> None:
        self.wfile.write(b"0\r\n\r\n")


def _events(reply: dict[str, Any], finish: str = "") -> list[dict[str, Any]]:
    calls = reply.get("calls", [])
    events = [_delta({"role": "assistant", "content": reply.get("text", "")})]
    for number, call in enumerate(calls):
        arguments = call.get("arguments", {})
        told = arguments if isinstance(arguments, str) else json.dumps(arguments)
        function = {"name": call["name"], "arguments": ""}
        head = {"index": number, "id": f"call_{time.monotonic_ns()}_{number}"}
        events.append(_calling({**head, "type": "function", "function": function}))
        half = len(told) // 2
        events.extend(
            _calling({"index": number, "function": {"arguments": part}})
            for part in (told[:half], told[half:])
        )
    events.append(_delta({}, finish or ("tool_calls" if calls else "stop")))
    usage = {
        "prompt_tokens": reply.get("input_tokens", 100),
        "completion_tokens": reply.get("output_tokens", 20),
    }
    total = sum(usage.values())
    return [
        *events,
        {**_event(), "choices": [], "usage": {**usage, "total_tokens": total}},
    ]


def _calling(call: dict[str, Any]) -> dict[str, Any]:
    return _delta({"tool_calls": [call]})


def _delta(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {
        **_event(),
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }


def _event() -> dict[str, Any]:
    kind = "chat.completion.chunk"
    return {"id": "chatcmpl-1", "object": kind, "created": 1, "model": MODEL}
