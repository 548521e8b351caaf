"""Notices when nothing new comes of a phase any more."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from prodwright.core.conversation import Call, CallResult, Reply

_MOST_SILENT = 3
_MOST_REPEATED = 3
_MOST_UNDONE = 3
_REPEATED = (
    "this is the same call with the same result as before: do something else, "
    "or finish with `blocked`"
)
_UNDONE = (
    "the files are again as they were before: this undoes an earlier edit. Decide "
    "which of the two is right, note why with `note_decision`, and go another way"
)


@dataclass(slots=True)
class Progress:
    """What a phase has seen so far, as far as it tells whether it moves on.

    Attributes:
        silent: Replies in a row without a call.
        repeated: Replies in a row with the same calls and results as the one before.
        undone: How often the files came back to a state that they had been in.
        before: Digest of the last reply and its results.
        trees: Every state of the files.
    """

    silent: int = 0
    repeated: int = 0
    undone: int = 0
    before: str = ""
    trees: set[str] = field(default_factory=set)

    @property
    def stalled(self) -> str:
        """Why there is no use in going on; empty as long as there is some."""
        if self.silent >= _MOST_SILENT:
            return "it says nothing"
        if self.repeated >= _MOST_REPEATED:
            return "the model repeats itself"
        return "the model undoes its own edits" if self.undone >= _MOST_UNDONE else ""

    def heed(
        self, reply: Reply, results: Sequence[CallResult], start: str, tree: str
    ) -> tuple[CallResult, ...]:
        """Take in what one reply came to.

        Args:
            reply: What the model said.
            results: Of its calls.
            start: The files before them.
            tree: The files after them.

        Returns:
            The results, with a word on what leads nowhere.
        """
        seen = _digest(reply.calls, results)
        again = bool(reply.calls) and seen == self.before and tree == start
        self.before = seen
        self.silent = 0 if reply.calls else self.silent + 1
        self.repeated = self.repeated + 1 if again else 0
        self.trees.add(start)
        went_back = tree != start and tree in self.trees
        self.trees.add(tree)
        self.undone += went_back
        if again:
            return _with(results, _REPEATED)
        return _with(results, _UNDONE) if went_back else tuple(results)


def _with(results: Sequence[CallResult], word: str) -> tuple[CallResult, ...]:
    last = results[-1]
    return (*results[:-1], replace(last, content=f"{last.content}\n[{word}]"))


def _digest(calls: Sequence[Call], results: Sequence[CallResult]) -> str:
    told = [f"{call.name} {call.arguments}" for call in calls]
    told += [result.content for result in results]
    return hashlib.sha256("\0".join(told).encode(errors="surrogatepass")).hexdigest()
