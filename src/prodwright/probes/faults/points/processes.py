"""Points of child processes: missing, failing, killed, and never ending."""

from __future__ import annotations

import subprocess
from typing import Any

from prodwright.probes.faults.recorder import OFF, RECORDER, is_within, within

_FAULTS = ("missing", "exit-code", "killed", "stall")
# What runs instead; none of it reads what the caller sends.
_INSTEAD = {
    "exit-code": ["sh", "-c", "echo boom >&2; exit 3"],
    "killed": ["sh", "-c", "kill -9 $$"],
    "stall": ["sleep", "100000"],
}
_real_init: Any = subprocess.Popen.__init__
_real_communicate: Any = subprocess.Popen.communicate
_real_wait: Any = subprocess.Popen.wait


def install() -> None:
    """Replace the methods of `Popen`, on which everything else rests."""
    subprocess.Popen.__init__ = _init  # type: ignore[method-assign]
    subprocess.Popen.communicate = _waiting(_real_communicate, "communicate", 2)  # type: ignore[method-assign]
    subprocess.Popen.wait = _waiting(_real_wait, "wait", 1)  # type: ignore[method-assign]
    real_signal: Any = subprocess.Popen.send_signal

    def send_signal(self: Any, number: int) -> None:
        self._prodwright_stalls = False  # nobody has to wait for it any longer
        real_signal(self, number)

    subprocess.Popen.send_signal = send_signal  # type: ignore[method-assign,assignment]


def _init(self: Any, *arguments: Any, **named: Any) -> None:
    if RECORDER.mode == OFF or is_within():
        _real_init(self, *arguments, **named)
        return
    RECORDER.own(self)
    command = arguments[0] if arguments else named.get("args")
    fault = RECORDER.hit("process", _FAULTS, _told(command), writes=True)
    if fault == "missing":
        self._child_created = False
        told = "No such file or directory"
        raise RECORDER.fail(FileNotFoundError(2, told, _told(command)[:40]))
    if fault:
        arguments = (_INSTEAD[fault], *arguments[1:])
        named = {**named, "shell": False, "executable": None}
        named.pop("args", None)
        self._prodwright_stalls = fault == "stall"
    with within():
        _real_init(self, *arguments, **named)


def _told(command: Any) -> str:
    words = [command] if isinstance(command, (str, bytes)) else list(command or ())
    return " ".join(str(each) for each in words)[:60]


def _waiting(real: Any, name: str, position: int) -> Any:
    """A wait for a process that never ends, in no time."""

    def call(self: Any, *arguments: Any, **named: Any) -> Any:
        if RECORDER.mode == OFF or is_within() or self.returncode is not None:
            return real(self, *arguments, **named)
        given = arguments[position - 1] if len(arguments) >= position else None
        timeout = named.get("timeout", given)
        if _never_ends(self, name, timeout):
            error = subprocess.TimeoutExpired(self.args, timeout or 0)
            raise RECORDER.stall(timeout, error, f"subprocess {name}")
        with within():
            return real(self, *arguments, **named)

    call.__name__ = name
    return call


def _never_ends(process: Any, name: str, timeout: float | None) -> bool:
    if getattr(process, "_prodwright_stalls", False):
        return True
    told = _told(process.args)
    fault = RECORDER.hit(f"process.{name}", ("stall",), told, timeout=timeout)
    process._prodwright_stalls = bool(fault)
    return bool(fault)
