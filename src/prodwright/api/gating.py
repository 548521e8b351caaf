"""Puts a change through the gate and keeps the evidence."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from prodwright.analysis import Project
from prodwright.api.bench import Bench, read_project
from prodwright.api.experimenting import Laboratory, experiments_for
from prodwright.api.recording import keep_evidence
from prodwright.api.stage_memory import StageMemory, installation_digest
from prodwright.core.brief import Brief, Change
from prodwright.core.errors import UnknownName
from prodwright.core.judgement import Judgement, StageResult
from prodwright.gate.candidate import Candidate, Toolbox
from prodwright.gate.gate import Gate, Stage
from prodwright.gate.permission import permission
from prodwright.gate.stages.dependencies import DependenciesStage
from prodwright.gate.stages.integrity import IntegrityStage
from prodwright.gate.stages.static import StaticStage
from prodwright.gate.stages.tests import SuiteStage
from prodwright.gate.stages.types import TypesStage
from prodwright.gate.verdicts import Judged, verdicts
from prodwright.kit import Hazard
from prodwright.kit.flows import unfollowed
from prodwright.practices import load_hazards

_REUSABLE = ("types", "tests", "integrity")


def judge_change(
    bench: Bench,
    brief: Brief,
    change: Change,
    hazards: tuple[Hazard, ...],
    more: tuple[tuple[str, Stage], ...] = (),
) -> Judgement:
    """Put `change` through the gate.

    Args:
        bench: The run's surroundings.
        brief: What the change was made for.
        change: What is judged.
        hazards: Those to look for.
        more: Stages that come last, by name.

    Raises:
        ToolFailed: A stage could not judge for want of a tool.
    """
    candidate = _candidate(bench, brief, change)
    memory = _memory(bench, change, candidate)
    stages = (*_stages(bench, brief, candidate, hazards), *more)
    gate = Gate(stages=stages, watch=_watcher(bench, memory))
    results = gate.judge(candidate)
    evidence = keep_evidence(bench.evidence, results)
    by_name = {each.stage: each for each in results}
    judged = Judged(
        hazards=hazards,
        blind=by_name["static"].control.missed,
        unfollowed=frozenset(e.path for e in unfollowed(candidate.after, hazards)),
    )
    findings = [finding for each in results for finding in each.findings]
    every = verdicts(candidate.after.sources, findings, judged, by_name, evidence)
    return Judgement(stages=results, verdicts=every, evidence=evidence)


def _memory(bench: Bench, change: Change, candidate: Candidate) -> StageMemory | None:
    """Nothing is remembered of stages that could ask somebody on the network."""
    if bench.allowance.gate_hosts:
        return None
    return StageMemory(
        folder=bench.cache / "stages",
        inputs=_inputs(bench, change, candidate),
        reusable=_REUSABLE,
    )


def _candidate(bench: Bench, brief: Brief, change: Change) -> Candidate:
    folder = brief.scope[0] if brief.engineer == "blueprints" and brief.scope else ""
    tree = bench.workbench.checkout(change.head)
    base = bench.workbench.checkout_base(change.base)
    settings = bench.settings
    return Candidate(
        tree=tree,
        base=base,
        folder=folder,
        after=read_project(tree, folder, settings, models_from=base),
        before=read_project(base, folder, settings),
        changed=bench.git.changed_between(change.base, change.head),
        profile=brief.profile,
        pledged=_pledged(bench, change, folder),
        permission=permission(bench.allowance.paths, brief.plan),
    )


def _pledged(bench: Bench, change: Change, folder: str) -> Project | None:
    """Return the project at the commit whose tests were red before the code came."""
    if not change.pledge:
        return None
    place = bench.folder.path / "pledge"
    tree = bench.git.add_worktree(place, change.pledge).root
    try:
        return read_project(tree, folder, bench.settings)
    finally:
        bench.git.remove_worktree(place)


def judge_again(
    bench: Bench,
    brief: Brief,
    change: Change,
    hazards: tuple[Hazard, ...],
    only: str = "",
) -> tuple[StageResult, ...]:
    """Put `change` through the gate once more; nothing is remembered or kept.

    Args:
        bench: The run's surroundings.
        brief: What the change was made for.
        change: What is judged.
        hazards: Those to look for.
        only: Name of one stage; empty: all of them.

    Raises:
        UnknownName: There is no such stage.
        ToolFailed: A stage could not judge for want of a tool.
    """
    candidate = _candidate(bench, brief, change)
    stages = _stages(bench, brief, candidate, hazards)
    if only and only not in dict(stages):
        raise UnknownName("stage", only, known=tuple(dict(stages)))
    chosen = [each for each in stages if only in ("", each[0])]
    return Gate(stages=chosen, watch=_watcher(bench, None)).judge(candidate)


def _stages(
    bench: Bench, brief: Brief, candidate: Candidate, hazards: tuple[Hazard, ...]
) -> tuple[tuple[str, Stage], ...]:
    toolbox = bench.toolbox(candidate.tree / candidate.folder)
    changing = tuple(each for each in load_hazards() if each.check_change is not None)
    replay = shlex.join(["prodwright", "review", "--", *(brief.scope or ["."])])
    again = shlex.join(
        ["prodwright", "runs", "replay", bench.record.id, "--stage", "integrity"]
    )
    return (
        (
            "static",
            StaticStage(hazards=hazards, fail_on=bench.settings.fail_on, replay=replay),
        ),
        *_dependencies(bench),
        ("types", TypesStage(toolbox=toolbox)),
        ("tests", SuiteStage(toolbox=toolbox)),
        (
            "integrity",
            IntegrityStage(
                toolbox=toolbox,
                hazards=changing,
                replay=again,
                trial_seconds=bench.settings.trial_seconds,
            ),
        ),
        *_experiments(bench, candidate, toolbox),
    )


def _experiments(
    bench: Bench, candidate: Candidate, toolbox: Toolbox
) -> tuple[tuple[str, Stage], ...]:
    """Return those that the user asked for: they take minutes."""
    budget = bench.record.options.get("prove_seconds")
    if not isinstance(budget, int | float) or not budget:
        return ()
    laboratory = Laboratory(
        toolbox=toolbox,
        settings=bench.settings,
        scope=tuple(each for each in candidate.changed if each.endswith(".py")),
        variables=bench.variables,
    )
    return experiments_for(laboratory, float(budget))


def _dependencies(bench: Bench) -> tuple[tuple[str, Stage], ...]:
    """Nothing was installed for most runs: then nothing is to be named."""
    names = tuple(e.name for e in bench.installed.packages if e.requested)
    return (("dependencies", DependenciesStage(installed=names)),) if names else ()


def _watcher(
    bench: Bench, memory: StageMemory | None
) -> Callable[[str, Callable[[], StageResult]], StageResult]:
    def watch(name: str, work: Callable[[], StageResult]) -> StageResult:
        bench.progress.started(f"gate: {name}")
        with bench.spans.span(f"gate {name}", {"prodwright.stage": name}) as tell:
            result = memory.result(name, work) if memory else work()
            outcome = result.outcome.value
            tell(outcome=outcome, findings=len(result.findings))
        note = f"{result.outcome.value}: {result.reason}"
        bench.progress.finished(f"gate: {name}", result.seconds, note)
        return result

    return watch


def _inputs(bench: Bench, change: Change, candidate: Candidate) -> str:
    """Everything a stage's result depends on, besides the environment's packages."""
    trees = [
        bench.git.run("rev-parse", f"{commit}^{{tree}}")
        for commit in (change.base, change.head)
    ]
    told = [*trees, candidate.folder, bench.record.door, installation_digest()]
    told.append(repr(candidate.permission))
    if bench.record.door == "harden":  # what we generate names its packages by hash
        environment = bench.environment(candidate.tree)
        told.append(environment.key if environment else "")
    told.append(bench.installed.overlay)
    told += [str(bench.allow_unsandboxed), str(bench.settings.test_timeout_seconds)]
    told.append(str(bench.settings.trial_seconds))
    return "\n".join(told)
