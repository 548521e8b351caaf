"""Turns what happens in a run into what an editor shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from acp import (
    plan_entry,
    start_tool_call,
    text_block,
    tool_content,
    update_agent_message_text,
    update_agent_thought_text,
    update_plan,
    update_tool_call,
)
from acp.schema import ToolKind

from prodwright.core.printing import printable
from prodwright.core.stop import StopReason

_PARTS = (
    ("intake", "Settle what it must live up to"),
    ("engineer", "Write it"),
    ("gate", "Judge it"),
    ("deliver", "Deliver branch and report"),
)
_MOST_FINDINGS = 20
_Status = Literal["pending", "in_progress", "completed"]
_PENDING: _Status = "pending"
_UNDER_WAY: _Status = "in_progress"
_DONE: _Status = "completed"


@dataclass
class Telling:
    """What one run shows: a plan of four parts, a tool call per step, and text.

    Attributes:
        status: Of each part of the plan.
    """

    status: dict[str, _Status] = field(
        default_factory=lambda: {name: _PENDING for name, _ in _PARTS}
    )
    _calls: dict[str, str] = field(default_factory=dict)

    def updates(self, event: Mapping[str, Any]) -> list[Any]:
        """Return the session updates that tell of `event`."""
        match event["event"]:
            case "started":
                return [*self._moved(event["step"], _UNDER_WAY), self._begun(event)]
            case "finished":
                ended = self._ended(event)
                return [*self._moved(event["step"], _DONE), *ended]
            case "note":
                return [update_agent_thought_text(f"{printable(event['text'])}\n")]
            case "show":
                text = "\n".join(printable(line) for line in event["lines"])
                return [update_agent_message_text(f"{text}\n\n")]
        return []

    def _moved(self, step: str, status: _Status) -> list[Any]:
        part = step.partition("-")[0]
        if part not in self.status:
            return []
        self.status[part] = status
        return [
            update_plan(
                plan_entry(title, status=self.status[name]) for name, title in _PARTS
            )
        ]

    def _begun(self, event: Mapping[str, Any]) -> Any:
        step = event["step"]
        self._calls[step] = f"{step} #{len(self._calls) + 1}"
        kind: ToolKind = "execute" if step.startswith("gate") else "other"
        return start_tool_call(
            self._calls[step], printable(step), kind=kind, status=_UNDER_WAY
        )

    def _ended(self, event: Mapping[str, Any]) -> list[Any]:
        call = self._calls.get(event["step"])
        if call is None:
            return []
        told = f"{event['note']} ({event['seconds']:.1f} s)".strip()
        content = [tool_content(text_block(printable(told)))]
        return [update_tool_call(call, status=_DONE, content=content)]


def result_text(document: Mapping[str, Any]) -> str:
    """Return the end of a run as a person reads it: branch, verdicts, report."""
    reason = StopReason.named(document["stop_reason"])
    lines = [f"**{reason.label}**: {reason.sentence}", ""]
    if document.get("missing"):
        lines.append(f"- missing: {document['missing']}")
    if document.get("branch"):
        lines.append(f"- branch: `{document['branch']}`")
        lines.append(f"- take it: `git merge {document['branch']}`")
    lines.append(f"- verdicts: {_counted(document['verdicts'])}")
    lines += _found(document["findings"])
    lines.append(f"- report: {document['report']}")
    return printable("\n".join(lines))


def failure_text(error: Mapping[str, str]) -> str:
    """Return why a run ended without a result."""
    return printable(f"**{error['code']}**: {error['message']}\n\n{error['hint']}")


def _counted(verdicts: Sequence[Mapping[str, Any]]) -> str:
    counts: dict[str, int] = {}
    for each in verdicts:
        counts[each["verdict"]] = counts.get(each["verdict"], 0) + 1
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))


def _found(findings: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = [
        f"- {each['path']}:{each['line']} {each['hazard']}: {each['message']}"
        for each in findings[:_MOST_FINDINGS]
    ]
    more = len(findings) - _MOST_FINDINGS
    return [*lines, *([f"- and {more} more findings"] if more > 0 else [])]
