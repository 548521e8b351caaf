"""Plan, tests that are red, code, and mending what the gate found."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from prodwright.analysis import Source
from prodwright.core.brief import Brief
from prodwright.core.judgement import Judgement
from prodwright.core.plan import Plan
from prodwright.core.stop import StopReason
from prodwright.engineer.phases.context import opening, told_findings
from prodwright.engineer.phases.feedback import fingerprints
from prodwright.engineer.phases.worker import Ended, Worker
from prodwright.engineer.phases.workplace import SuiteRun, not_kept, shown
from prodwright.engineer.phases.written import Ignored, Mended, Written, WrittenStep

_ROUNDS_OF_TESTS = 2
_SAME_TOO_OFTEN = 3
_NO_TEST = "no test was written first: nothing shows that the request is fulfilled"
_GREEN = """\
These tests pass although nothing was written for them, so they would prove nothing:
write tests of the behaviour that is missing, or finish with the reason why there is
none."""
_STRAYS = """\
These are no tests, so all that you wrote was taken back. Write only tests, in files
named test_*.py or below a folder `tests`:
"""
_IGNORING = ".gitignore"  # without a change of it some tests could not be kept
_IGNORED = """\
What you wrote is lost, because git ignores it. Give it another name, or change the
project's .gitignore so that it is kept, and write it again:
"""
_CLAIMED = "In the writer's words, which the gate does not vouch for:"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhasedEngineer:
    """Has a worker write, phase by phase; called again, it reads back what was done.

    Attributes:
        worker: Who thinks and writes: a model, or an external agent.
        base: Tree that the run starts from.
        files: Returns the paths in a tree.
        changed: Returns the paths that differ between two trees.
        test: Runs the tests of a tree.
        codemods: Applies deterministic rewrites to what differs between two trees.
        guidance: Returns what a hazard or practice is about; empty when unknown.
        applying: Returns the practices to choose from or, once there is a plan, the
            guidance of those that it names.
        ignored: Returns what lies at the desk and is not kept: git ignores it.
        findings: What is to be mended in code that is there; empty: something new is
            written, its tests first.
    """

    worker: Worker
    base: str
    files: Callable[[str], Sequence[str]]
    changed: Callable[[str, str], Sequence[str]]
    test: Callable[[str], SuiteRun]
    codemods: Callable[[str, str], Mended]
    guidance: Callable[[str], str]
    applying: Callable[[Brief], str] = lambda _: ""
    ignored: Callable[[], Sequence[str]] = tuple
    findings: str = ""

    def plan(self, brief: Brief, remarks: str = "") -> Plan | Ended:
        """Return the plan, or how planning ended without one.

        Args:
            brief: What is asked for.
            remarks: What the user wants changed about the plan before.
        """
        name = f"plan.{_short_digest(remarks)}" if remarks else "plan"
        told = self._opening("plan", brief, self.base, (), remarks)
        return self.worker.plan(name, told, self.base)

    def write(self, brief: Brief, judgements: Sequence[Judgement]) -> Written:
        """Return everything written up to and including this attempt.

        Args:
            brief: What is asked for, with the plan.
            judgements: Of the attempts before, oldest first.
        """
        written = self._first(brief)
        for number, judgement in enumerate(judgements, 2):
            if written.stopped is None:
                earlier = judgements[: number - 2]
                written = self._mended(brief, written, judgement, earlier)
        return replace(self._honest(written), usage=self.worker.used)

    def _honest(self, written: Written) -> Written:
        """Whoever hands over nothing has not done it, whatever it says."""
        if written.stopped is None and not written.steps:
            told = f"nothing was written{_gone(written)}"
            return replace(written, stopped=StopReason.STALLED, missing=told)
        if written.stopped is None and not self.findings and written.pledge < 0:
            return replace(written, missing=f"{_NO_TEST}{_gone(written)}")
        return written

    def _first(self, brief: Brief) -> Written:
        if self.findings:
            return self._phase(
                "mend",
                "Mend what codemods cannot",
                brief,
                Written(),
                name="mend.0",
                judgement=self.findings,
            )
        written = self._tests(brief)
        if written.stopped is not None:
            return written
        return self._phase("code", "Write the code", brief, written)

    def _tests(self, brief: Brief) -> Written:
        written, remarks = Written(), ""
        for number in range(1, _ROUNDS_OF_TESTS + 1):
            title = "Write the tests first"
            written = self._phase(
                "tests",
                title,
                brief,
                written,
                name=f"tests.{number}",
                judgement=remarks,
            )
            strays = self._strays(written)
            if written.stopped is not None:
                break
            if strays:  # tests that were red beside their code were red for nothing
                written, remarks = replace(written, steps=()), f"{_STRAYS}{strays}"
                continue
            if self._are_red(written, number):
                break
            remarks = _IGNORED + not_kept(written.ignored) if _gone(written) else _GREEN
        steps = written.steps[-1:]  # one commit, however many rounds it took
        pledged = steps and not self._strays(written)
        return replace(written, steps=steps, pledge=0 if pledged else -1)

    def _strays(self, written: Written) -> str:
        """Return what was written beside tests, one path a line."""
        changed = self.changed(self.base, written.tree) if written.steps else ()
        strays = [
            each
            for each in changed
            if not Source(path=each, text="").is_test
            and PurePosixPath(each).name != _IGNORING
        ]
        return "\n".join(map(shown, strays))

    def _are_red(self, written: Written, number: int) -> bool:
        if not written.steps:
            return False
        seen = self.worker.memory.once(
            f"tests.{number}.red", SuiteRun, lambda: self.test(written.tree)
        )
        return bool(seen.failed or seen.trouble)

    def _mended(
        self,
        brief: Brief,
        written: Written,
        judgement: Judgement,
        earlier: Sequence[Judgement],
    ) -> Written:
        same = _times_the_same([*earlier, judgement])
        if same >= _SAME_TOO_OFTEN:
            told = f"the gate found the same {same} times in a row"
            return replace(written, stopped=StopReason.STALLED, missing=told)
        found = told_findings(judgement, self.guidance, again=same > 1)
        return self._phase(
            "mend",
            "Mend what the gate found",
            brief,
            written,
            name=f"mend.{len(earlier) + 1}",
            judgement=found,
        )

    def _phase(
        self,
        phase: str,
        title: str,
        brief: Brief,
        written: Written,
        *,
        name: str = "",
        judgement: str = "",
    ) -> Written:
        start = written.tree or self.base
        told = self._opening(phase, brief, start, written.decisions, judgement)
        ended = self.worker.work(name or phase, told, start)
        left = self.worker.memory.once(
            f"{name or phase}.ignored", Ignored, lambda: Ignored(paths=self._left())
        )
        steps = list(written.steps)
        if ended.tree != start:
            steps.append(WrittenStep(title=title, body=_body(ended), tree=ended.tree))
            steps += self._by_codemods(name or phase, start, ended.tree)
        return replace(
            written,
            steps=tuple(steps),
            stopped=ended.stopped,
            missing=ended.missing,
            decisions=(*written.decisions, *ended.decisions),
            ignored=left.paths,
        )

    def _left(self) -> tuple[str, ...]:
        return tuple(self.ignored())

    def _by_codemods(self, name: str, start: str, tree: str) -> list[WrittenStep]:
        """Tokens are spent only on what needs judgement."""
        mended = self.worker.memory.once(
            f"{name}.codemods", Mended, lambda: self.codemods(start, tree)
        )
        if mended.tree == tree:
            return []
        title = "Apply codemods to what was written"
        return [
            WrittenStep(title=title, body="\n".join(mended.titles), tree=mended.tree)
        ]

    def _opening(
        self,
        phase: str,
        brief: Brief,
        tree: str,
        decisions: Sequence[str],
        judgement: str,
    ) -> str:
        return opening(
            self.worker.tasks[phase],
            brief,
            files=self.files(tree),
            guidance=self.applying(brief) if phase in ("plan", "code") else "",
            decisions=decisions,
            judgement=judgement,
        )


def _body(ended: Ended) -> str:
    """What a writer says of its work is told as that, never as a fact."""
    if not ended.summary:
        return f"Stopped early: {ended.missing}." if ended.missing else ""
    lines = ended.summary.splitlines()
    return "\n".join([_CLAIMED, "", *(f"> {line}" for line in lines)])


def _gone(written: Written) -> str:
    return f"; {not_kept(written.ignored)}" if written.ignored else ""


def _times_the_same(judgements: Sequence[Judgement]) -> int:
    last = fingerprints(judgements[-1])
    count = 0
    for judgement in reversed(judgements):
        if fingerprints(judgement) != last:
            break
        count += 1
    return count


def _short_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
