"""Hands over the branch and the report, whatever the judgement."""

from __future__ import annotations

import json

from prodwright.adapters.branches import Branch
from prodwright.adapters.files import write_atomically
from prodwright.api.bench import Bench
from prodwright.core.brief import Brief, Change, Delivery
from prodwright.core.judgement import Judgement
from prodwright.core.stop import StopReason
from prodwright.delivery.document import result_document
from prodwright.delivery.reached import Reached
from prodwright.delivery.report import RunReport, report_document
from prodwright.delivery.report_html import html_report
from prodwright.delivery.report_markdown import markdown_report
from prodwright.practices import load_hazards, load_principles


def deliver(
    bench: Bench, brief: Brief, change: Change, judgement: Judgement
) -> Delivery:
    """Set the branch, write the reports, and clear the worktrees away."""
    reason = stop_reason(judgement, change)
    branch = ""
    if change.head != change.base:
        branch = bench.record.delivery_branch
        Branch(bench.git, branch).point(change.head)
    _write_reports(bench, brief, change, judgement, reason)
    bench.workbench.clear()
    return Delivery(
        branch=branch,
        head=change.head,
        stop_reason=reason.label,
        report=(bench.folder.path / "report.html").as_posix(),
        checked_out=bool(branch) and _check_out(bench, branch),
    )


def stop_reason(judgement: Judgement, change: Change) -> StopReason:
    """Return why the run ends; an engineer that stopped early has not delivered."""
    if change.stopped:
        return StopReason.named(change.stopped)
    if judgement.passed:
        whole = not change.missing
        return StopReason.DELIVERED if whole else StopReason.INCONCLUSIVE
    return StopReason.INCONCLUSIVE if judgement.inconclusive else StopReason.GATE_LOST


def _check_out(bench: Bench, branch: str) -> bool:
    """A repository that this run created shows its work; others are left alone."""
    git = bench.git
    if not bench.record.creates:
        return False
    for lock in ("index.lock", "HEAD.lock"):
        (git.folder() / lock).unlink(missing_ok=True)
    if git.branch() != branch:
        git.run("symbolic-ref", "HEAD", f"refs/heads/{branch}")
    git.run("reset", "--quiet", "--hard", branch)
    return True


def reached_by(bench: Bench) -> Reached:
    """Return whom the work could reach and what was installed for it."""
    allowed, packages = bench.allowance, bench.installed.packages
    if not allowed.hosts:
        return Reached(packages=packages)
    isolation = bench.sandbox().isolation
    return Reached(
        hosts=allowed.hosts,
        gate=allowed.gate,
        isolation=isolation,
        packages=packages,
    )


def _write_reports(
    bench: Bench,
    brief: Brief,
    change: Change,
    judgement: Judgement,
    reason: StopReason,
) -> None:
    reached = reached_by(bench)
    if reached.hosts:
        bench.evidence.add("network", reached.document())
    report = RunReport(
        id=bench.record.id,
        door=bench.record.door,
        created_at=bench.record.created_at,
        brief=brief,
        change=change,
        judgement=judgement,
        reason=reason,
        branch=bench.record.delivery_branch,
        diff=bench.git.diff(change.base, change.head),
        principles=tuple(
            (each.title, tuple((p.name, p.title) for p in each.practices))
            for each in load_principles()
        ),
        advice={
            hazard.name: (hazard.consequence, hazard.repair.summary)
            for hazard in load_hazards()
        },
        reached=reached,
    )
    folder = bench.folder.path
    document = result_document(
        stop_reason=reason,
        findings=judgement.findings,
        verdicts=judgement.verdicts,
        stages=judgement.stages,
        **report_document(report),
    )
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    write_atomically(folder / "report.json", text.encode())
    write_atomically(folder / "report.md", markdown_report(report).encode())
    write_atomically(folder / "report.html", html_report(report).encode())
    bench.evidence.add("verdicts", {"verdicts": document["verdicts"]})
