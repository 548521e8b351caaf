"""What a model answered and its tools did, kept in the run's folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from prodwright.core.conversation import Reply, Usage
from prodwright.engineer.phases.memory import ResultT
from prodwright.runs.journal import FileJournal


class ConversationMemory:
    """The conversation's own journal.

    Args:
        file: Where it is kept.
    """

    def __init__(self, file: Path) -> None:
        self._journal = FileJournal(file, _Silent())

    def once(
        self, name: str, kind: type[ResultT], work: Callable[[], ResultT]
    ) -> ResultT:
        """Return the recorded result of `name`, or do `work` and record it."""
        return self._journal.step(name, kind, work)

    def has(self, name: str) -> bool:
        """Tell whether `name` is recorded."""
        return self._journal.has(name)

    def charged(self) -> dict[str, Usage]:
        """Return what the answers that are remembered used."""
        answers = [name for name in self._journal.names if ".answer." in name]
        return {name: self._journal.recorded(name, Reply).usage for name in answers}


class _Silent:
    """Each answer is told by the session; its record is nobody's business."""

    def started(self, step: str) -> None: ...

    def finished(self, step: str, seconds: float, note: str) -> None: ...

    def note(self, text: str) -> None: ...

    def trying(self, text: str) -> None: ...

    def show(self, lines: Sequence[str]) -> None: ...
