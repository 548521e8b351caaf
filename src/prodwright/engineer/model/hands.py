"""Carries tool calls out at the desk, on the files that the call was meant for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from prodwright.adapters.desk import Desk
from prodwright.core.conversation import Call, CallResult
from prodwright.core.errors import InputError
from prodwright.engineer.model.session import Done
from prodwright.engineer.model.tools import Tool, load_tools
from prodwright.engineer.phases.workplace import Workplace, not_kept


class Hands:
    """The only one who touches the desk.

    Args:
        desk: Where the files are.
        workplace: What the tools may do.
    """

    def __init__(self, desk: Desk, workplace: Workplace) -> None:
        self._desk = desk
        self._workplace = workplace
        self._there = ""

    def at(self, tree: str) -> Workplace:
        """Return the workplace with exactly `tree` on the desk."""
        if self._there != tree:
            self._desk.restore(tree)
            self._there = tree
        return self._workplace

    def keep(self) -> str:
        """Return the tree of the desk as it stands now."""
        self._there = self._desk.snapshot()
        return self._there

    def __call__(self, call: Call, tree: str) -> Done:
        """Carry `call` out on `tree`; what cannot be done is told, not raised.

        Raises:
            ToolFailed: The sandbox, git or the disk failed, whatever was called.
        """
        tool = load_tools()[call.name]
        workplace = self.at(tree)
        before = self.ignored() if tool.changes else ()
        try:
            content = tool.run(workplace, tool.parsed(call))
        except InputError as error:
            result = _failed(call, error)
        else:
            result = CallResult(id=call.id, name=call.name, content=content)
        if tool.changes:
            result = self._with_ignored(result, before)
        return Done(result=result, tree=self._after(tool, tree))

    def ignored(self) -> tuple[str, ...]:
        """Return what was written at the desk and is not kept: git ignores it."""
        return self._desk.ignored()

    def _with_ignored(self, result: CallResult, before: Sequence[str]) -> CallResult:
        """Tell at once of what will be gone: it lies there, and is not kept."""
        new = [each for each in self.ignored() if each not in before]
        if not new:
            return result
        return replace(result, content=f"{result.content}\n[{not_kept(new)}]")

    def _after(self, tool: Tool, tree: str) -> str:
        if not tool.changes:
            return tree
        self._desk.restore_ours()
        return self.keep()


def _failed(call: Call, error: InputError) -> CallResult:
    """Return what the model is told of a call that cannot be carried out."""
    told = f"error: {error}. {error.hint}"
    return CallResult(id=call.id, name=call.name, content=told, failed=True)
