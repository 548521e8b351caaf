"""What is told at the start of each phase: all of it comes from the run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from prodwright.core.brief import Brief
from prodwright.core.judgement import Judgement
from prodwright.core.plan import EDITED
from prodwright.engineer.phases.feedback import feedback
from prodwright.engineer.phases.workplace import shown

_MOST_FILES = 300
CHANGE_APPROACH = """\
The same findings have come back after your last attempt. What you did does not work:
say why, choose a different approach, and only then edit."""


def opening(
    task: str,
    brief: Brief,
    *,
    files: Sequence[str],
    guidance: str = "",
    decisions: Iterable[str] = (),
    judgement: str = "",
) -> str:
    """Return the first message of a phase.

    Args:
        task: What is to be done in it.
        brief: What is to be done.
        files: The project's files as they are now.
        guidance: That of the practices which apply.
        decisions: What was noted so far.
        judgement: What the gate found last.
    """
    parts = [
        ("Your task in this phase", task),
        ("What the user asks for", brief.request),
        ("Answers that shape it", _answers(brief)),
        ("It is done when", "\n".join(f"- {each}" for each in brief.criteria)),
        (_plan_title(brief), "\n".join(brief.plan.lines()) if brief.plan else ""),
        ("What was decided so far", "\n".join(f"- {each}" for each in decisions)),
        ("Practices that apply", guidance),
        ("What the gate found", judgement),
        ("The project's files", _listed(files)),
    ]
    return "\n\n".join(f"# {title}\n{text.strip()}" for title, text in parts if text)


def told_findings(
    judgement: Judgement, guidance: Callable[[str], str], *, again: bool
) -> str:
    """Return what the gate found; `again`: the same as the time before."""
    told = feedback(judgement, guidance)
    return f"{CHANGE_APPROACH}\n{told}" if again else told


def _plan_title(brief: Brief) -> str:
    edited = brief.plan is not None and brief.plan.agreed == EDITED
    return "The plan, as the user wrote it: keep to it" if edited else "The plan"


def _answers(brief: Brief) -> str:
    answers = brief.profile.answers.items()
    return "\n".join(f"- {key} = {each.value} ({each.origin})" for key, each in answers)


def _listed(files: Sequence[str]) -> str:
    more = len(files) - _MOST_FILES
    told = [
        *map(shown, files[:_MOST_FILES]),
        *([f"... and {more} more"] if more > 0 else []),
    ]
    return "\n".join(told) or "none yet"
