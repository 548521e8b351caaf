"""Answers an agent at one desk: files, commands and permissions."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from prodwright.adapters.agents import Wanted
from prodwright.adapters.files import decode
from prodwright.adapters.inside import read_inside, write_inside
from prodwright.adapters.sandbox import Completed
from prodwright.core.errors import InputError, PathRefused
from prodwright.engineer.agent.permissions import judged
from prodwright.engineer.phases import Decision, Workplace

_MOST_BYTES = 2_000_000
_MOST_WRITTEN_CHARACTERS = 2_000_000

Run = Callable[[Sequence[str], float, threading.Event], Completed]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskHost:
    """What stands between an agent and everything else.

    Attributes:
        workplace: The desk; judges paths, holds policy and person.
        start: Runs a command at the desk in the project's sandbox.
        record: Keeps an event, as data.
        turn: Only one question at a time is put to a person.
    """

    workplace: Workplace
    start: Run
    record: Callable[[Mapping[str, object]], None]
    turn: threading.Lock

    def read(self, path: str) -> str:
        """Return the text of a file.

        Raises:
            PathRefused: It is not there, too large, or not the agent's to read.
            UnreadableSource: It is not text.
        """
        place = self._place(path)
        return decode(read_inside(*self._below(place), _MOST_BYTES), path)

    def write(self, path: str, text: str) -> None:
        """Write a file.

        Raises:
            PathRefused: It is not the agent's to write, or the text is too long.
            StorageFailed: The disk is full.
        """
        if len(text) > _MOST_WRITTEN_CHARACTERS:
            raise PathRefused(f"{path!r}: over 2 million characters", hint="split it")
        place = self._place(path)
        self.record({"sessionUpdate": "prodwright_write", "path": path})
        write_inside(*self._below(place), text.encode())

    def permit(self, wanted: Wanted) -> str:
        """Return nothing to permit it, else why not; a person is asked if need be."""
        decision, why = judged(wanted, self.workplace.policy, self._is_inside)
        if decision is Decision.ASK and self.workplace.allow is not None:
            shown = _shown(wanted)
            with self.turn:
                allowed = self.workplace.allow(shown)
            decision = Decision.ALLOW if allowed else Decision.DENY
            why = "" if allowed else "the user refused it"
        refusal = "" if decision is Decision.ALLOW else why
        self.record(
            {
                "sessionUpdate": "prodwright_permission",
                "title": wanted.title,
                "command": wanted.command,
                "paths": list(wanted.paths),
                "refused": refusal,
            }
        )
        return refusal

    def run(
        self, command: Sequence[str], seconds: float, stop: threading.Event
    ) -> Completed:
        """Run a command that was permitted."""
        return self.start(command, seconds, stop)

    def tell(self, event: Mapping[str, object]) -> None:
        """Keep what the agent says."""
        self.record(event)

    def _below(self, place: Path) -> tuple[Path, str]:
        """The agent works there meanwhile: a link may appear on the way at any time."""
        top = self.workplace.folder
        return top, place.relative_to(top).as_posix()

    def _place(self, path: str) -> Path:
        relative = self._relative(path)
        if relative is None:
            raise PathRefused(
                f"{path!r} is outside of the project", hint="keep to the folder"
            )
        return self.workplace.place(relative)

    def _relative(self, path: str) -> str | None:
        """Agents name files absolutely; as text, for links are judged afterwards."""
        named = PurePosixPath(path)
        if not named.is_absolute():
            return path
        if not named.is_relative_to(self.workplace.folder.as_posix()):
            return None
        return named.relative_to(self.workplace.folder.as_posix()).as_posix()

    def _is_inside(self, path: str) -> bool:
        try:
            self._place(path)
        except InputError:
            return False
        return True


def _shown(wanted: Wanted) -> Sequence[str]:
    try:
        words = shlex.split(wanted.command)
    except ValueError:
        words = [wanted.command]
    return words or [wanted.kind or "something", wanted.title, *wanted.paths]
