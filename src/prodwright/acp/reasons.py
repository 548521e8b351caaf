"""How the end of a run is told in the protocol's words, which are fewer than ours."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from acp.schema import StopReason as TurnEnd

from prodwright.core.stop import StopReason

# The exact reason and its exit code stand in `_meta` of each answer.
TURN_ENDS: Mapping[StopReason, TurnEnd] = MappingProxyType(
    {
        StopReason.CLEAN: "end_turn",
        StopReason.DELIVERED: "end_turn",
        StopReason.FINDINGS: "end_turn",
        StopReason.GATE_LOST: "end_turn",
        StopReason.STALLED: "end_turn",
        StopReason.INCONCLUSIVE: "end_turn",
        StopReason.NEEDS_INPUT: "end_turn",
        StopReason.INPUT_ERROR: "refusal",
        StopReason.TOOL_FAILED: "end_turn",
        StopReason.BUDGET_SPENT: "max_turn_requests",
        StopReason.INTERRUPTED: "cancelled",
        StopReason.TERMINATED: "cancelled",
    }
)
