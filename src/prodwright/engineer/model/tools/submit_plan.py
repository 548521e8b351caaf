"""Handing in the plan."""

from __future__ import annotations

from pydantic import Field

from prodwright.core.plan import Plan, PlannedPractice
from prodwright.engineer.model.tools._tool import Arguments, Tool
from prodwright.engineer.phases.workplace import Workplace

_Texts = tuple[str, ...]


class SubmitPlan(Arguments):
    """Hand in the plan; it ends the planning."""

    summary: str = Field(min_length=1, max_length=2_000)
    files: _Texts = Field(description="`path: purpose`, one per file.")
    interfaces: _Texts = Field((), description="Signatures, routes, commands.")
    tests: _Texts = Field(min_length=1, description="One sentence per behaviour.")
    risks: _Texts = Field((), description="`risk: what is done about it`.")
    practices: dict[str, str] = Field(
        default_factory=dict, description="Practice, and how it will be shown."
    )


def run(workplace: Workplace, arguments: SubmitPlan) -> str:
    """Refuse practices that do not exist; else accept."""
    for name in arguments.practices:
        workplace.explain(name)
    return "handed in"


def plan_of(arguments: SubmitPlan) -> Plan:
    """Return the plan as the run keeps it."""
    return Plan(
        summary=arguments.summary,
        files=arguments.files,
        interfaces=arguments.interfaces,
        tests=arguments.tests,
        risks=arguments.risks,
        practices=tuple(
            PlannedPractice(practice=name, shown_by=how)
            for name, how in arguments.practices.items()
        ),
    )


TOOL = Tool(arguments=SubmitPlan, run=run, ends=True)
