"""What a run says and returns: logs, output, warnings, and values given to the test."""

from __future__ import annotations

import builtins
import dis
import logging
import re
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

from prodwright.probes.faults.origins import CODE, TEST
from prodwright.probes.faults.recorder import OFF, RECORDER

ERROR_LEFT = "an error"
_ENDS = ("RETURN_VALUE", "RETURN_CONST")
_PAUSES = (
    "YIELD_VALUE",
    "SEND",
    "RETURN_GENERATOR",
    "RESUME",
    "GET_AWAITABLE",
    "POP_TOP",
)
# Libraries that report on their own account, whether or not their caller does.
_LIBRARIES = (
    "asyncio",
    "urllib3",
    "httpx",
    "httpcore",
    "httpx2",
    "aiohttp",
    "sqlalchemy",
)
_LOUD_LINE = re.compile(r"\b(warn(ing)?|error|critical|exception|fatal)\b", re.I)
_FAILING = re.compile(
    r"fail|error|unavail|unknown|degraded|stale|timeout|timed.?out|refus|pending|retry"
    r"|reject|declin|invalid|down\b|dead|unhealthy|not.ok|missing|abort",
    re.I,
)
_PLAIN = (type(None), bool, int, float, complex, str, bytes)
_VERDICTS = ("ok", "success", "succeeded", "is_ok", "successful", "healthy", "ready")
_ERRORS = ("error", "errors", "err", "exception", "failure", "failed", "reason")
_STATES = ("status", "state", "outcome", "source", "kind")


@dataclass(frozen=True, slots=True)
class Said:
    """One log record.

    Attributes:
        level: As in `logging`.
        text: With the traceback, if it has one.
        after_fault: Whether the fault had been met by then.
    """

    level: int
    text: str
    after_fault: bool


@dataclass(frozen=True, slots=True)
class Returned:
    """What a call from a test into the code under test came to.

    Attributes:
        function: Its name.
        value: As text, cut; `ERROR_LEFT`: it raised.
        after_fault: Whether the fault had been met by then.
        tells_failure: Whether the value says that something failed.
    """

    function: str
    value: str
    after_fault: bool
    tells_failure: bool = False


@dataclass(slots=True)
class Watch:
    """Ears of one run."""

    logs: list[Said] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    loud: list[str] = field(default_factory=list)
    returns: list[Returned] = field(default_factory=list)
    handed_over: bool = False
    _streams: list[tuple[str, Any]] = field(default_factory=list)
    _ends: dict[int, bool] = field(default_factory=dict)

    def listen(self) -> None:
        """Begin; a forked child has everything for itself."""
        real_handlers: Any = logging.Logger.callHandlers
        real_print: Any = builtins.print
        watch = self

        def call_handlers(self: Any, record: Any) -> Any:
            if RECORDER.mode != OFF and not record.name.startswith(_LIBRARIES):
                watch.hear(record.levelno, _text_of(record))
            return real_handlers(self, record)

        def ours(*values: Any, **named: Any) -> None:
            if RECORDER.mode != OFF and named.get("file") is not sys.stderr:
                watch.printed.append(" ".join(map(str, values))[:2000])
            real_print(*values, **named)

        logging.Logger.callHandlers = call_handlers  # type: ignore[method-assign]
        builtins.print = ours

    def hear(self, level: int, text: str) -> None:
        """Note a log record."""
        self.logs.append(Said(level, text, RECORDER.injection is not None))

    def tap(self) -> None:
        """Listen to the streams that are in place now."""
        for name in ("stdout", "stderr"):
            real = getattr(sys, name)
            self._streams.append((name, real))
            setattr(sys, name, _Tapped(real, name, self))

    def untap(self) -> None:
        """Put the streams back that are still ours."""
        for name, real in self._streams:
            if isinstance(getattr(sys, name), _Tapped):
                setattr(sys, name, real)
        self._streams.clear()

    def wrote(self, name: str, text: str) -> None:
        """Note what the code under test writes to a standard stream."""
        if RECORDER.mode == OFF or not text.strip():
            return
        self.printed.append(text[:2000])
        structured = "[" in text or "level" in text
        loud = structured and _LOUD_LINE.search(text) is not None
        if RECORDER.injected and (name == "stderr" or loud):
            self.loud.append(text)

    @property
    def is_told(self) -> bool:
        """Whether somebody was told after the fault: a log, a loud line, a callback."""
        logged = (
            each.level >= logging.WARNING and each.after_fault for each in self.logs
        )
        return any(logged) or bool(self.loud) or self.handed_over

    def profile(self, frame: FrameType, event: str, value: Any) -> None:
        """Note what calls from a test return; for `sys.setprofile`."""
        code = frame.f_code
        if event not in ("call", "return"):
            return
        kind = RECORDER.origins.of(code.co_filename)
        if event == "call":
            if kind == TEST and RECORDER.injected and not self.handed_over:
                self.handed_over = _is_given_error(frame)
            elif kind == CODE and RECORDER.injection is None and _is_entry(frame):
                _count_entry(frame)
            return
        if kind == CODE and _is_entry(frame):
            self._note_return(frame, code, value)

    def _note_return(self, frame: FrameType, code: CodeType, value: Any) -> None:
        operation = dis.opname[code.co_code[frame.f_lasti]]
        operation = operation.removeprefix("INSTRUMENTED_")
        if operation in _PAUSES and operation not in _ENDS:
            return
        after = RECORDER.injection is not None
        if operation not in _ENDS:
            self.returns.append(Returned(code.co_name, ERROR_LEFT, after))
            return
        failure = after and tells_failure(value, code.co_name)
        told = _shown(value)
        self.returns.append(Returned(code.co_name, told, after, failure))


class _Tapped:
    """A stream that we hear as well."""

    def __init__(self, real: Any, name: str, watch: Watch) -> None:
        self._real, self._name, self._watch = real, name, watch

    def write(self, text: str) -> Any:
        self._watch.wrote(self._name, str(text))
        return self._real.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def _count_entry(frame: FrameType) -> None:
    call = RECORDER.origins.call_of(frame)
    if call is not None:
        RECORDER.note_entry(call)


def _is_entry(frame: FrameType) -> bool:
    """Tell whether a test called it, perhaps by way of somebody else's code."""
    back = frame.f_back
    while back is not None:
        kind = RECORDER.origins.of(back.f_code.co_filename)
        if kind:
            return kind == TEST
        back = back.f_back
    return False


def _is_given_error(frame: FrameType) -> bool:
    """Tell whether a test's own function is given the error: a callback, a fake log."""
    code = frame.f_code
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + 2]
    values = [frame.f_locals.get(name) for name in names]
    return any(isinstance(each, Exception) for each in values)


def _shown(value: Any, depth: int = 2) -> str:
    """Return a value as text without running anything of the code under test."""
    kind = type(value)
    if kind in _PLAIN:
        return repr(value)[:60]
    if kind in (tuple, list, set, frozenset) and depth:
        return f"{kind.__name__}({', '.join(_shown(e, depth - 1) for e in value)})"[:60]
    fields = value if kind is dict else getattr(value, "__dict__", {})
    if kind is type or not isinstance(fields, dict) or not depth:
        return f"<{kind.__name__}>"
    pairs = (f"{name}={_shown(each, depth - 1)}" for name, each in fields.items())
    return f"{kind.__name__}({', '.join(pairs)})"[:60]


def _text_of(record: logging.LogRecord) -> str:
    try:
        text = record.getMessage()
    except Exception:  # noqa: BLE001
        text = str(record.msg)
    error = record.exc_info[1] if record.exc_info else None
    return text + ("".join(traceback.format_exception(error)) if error else "")


def tells_failure(value: Any, function: str = "") -> bool:
    """Tell whether a returned value says by itself that something failed."""
    if isinstance(value, BaseException):
        return True
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, int):
        return function in ("main", "cli", "run_cli") and value != 0
    if isinstance(value, (tuple, list)):
        return _any_tells(value)
    if isinstance(value, str):
        return bool(_FAILING.search(value)) and len(value) < 200
    if _FAILING.search(type(value).__name__):
        return True
    return _fields_tell(_reader(value))


def _any_tells(values: Any) -> bool:
    """A pair like `(None, error)` or `(False, "why")`, or a list with an error."""
    if any(isinstance(each, BaseException) for each in values):
        return True
    few = len(values) in (2, 3) and isinstance(values, tuple)
    return few and (values[0] is False or any(tells_failure(each) for each in values))


def _reader(value: Any) -> Callable[[str], Any]:
    if type(value) is dict:
        return value.get
    found: dict[str, Any] | None = getattr(value, "__dict__", None)
    if found is None or isinstance(value, type):
        return lambda name: (
            getattr(value, name, None) if _has_slot(value, name) else None
        )
    return found.get


def _has_slot(value: Any, name: str) -> bool:
    return name in getattr(type(value), "__slots__", ()) or name in getattr(
        type(value), "_fields", ()
    )


def _fields_tell(read: Callable[[str], Any]) -> bool:
    if any(read(name) is False for name in _VERDICTS):
        return True
    if any(read(name) not in (None, "", [], (), {}, 0, False) for name in _ERRORS):
        return True
    states = [read(name) for name in _STATES]
    return any(
        isinstance(getattr(each, "value", each), str)
        and _FAILING.search(str(getattr(each, "value", each)))
        for each in states
    )
