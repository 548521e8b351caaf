"""What is left behind is told from what the program keeps."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from prodwright.probes.faults.oracles.state import judge

MAIL = "var/mail/5a3cfcbceb5bb09d.eml"


def kinds(name: str, *, beside: bool) -> list[str]:
    point = SimpleNamespace(operation="sql.execute")
    injection = SimpleNamespace(
        point=point, tidying=False, beside=beside, files=frozenset()
    )
    run: Any = SimpleNamespace(
        injection=injection,
        base=SimpleNamespace(kept_files={"var/mail/0123456789abcdef.eml"}),
        fault="disconnected",
        torn=lambda: [(name, True)],
    )
    return [kind for kind, _, _ in judge(run)]


def test_what_another_thread_kept_by_a_name_of_chance_is_left_alone() -> None:
    assert kinds(MAIL, beside=True) == []


def test_what_the_call_itself_left_is_told() -> None:
    assert kinds(MAIL, beside=False) == ["temp-left"]


def test_what_no_run_keeps_is_told() -> None:
    assert kinds("var/mail/5a3cfcbceb5bb09d.tmp", beside=True) == ["temp-left"]
