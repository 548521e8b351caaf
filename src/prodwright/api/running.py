"""`build`, `harden` and what can be done with their runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from prodwright.adapters.configuration import read_settings
from prodwright.adapters.environments import refuse_missing
from prodwright.adapters.git import find_repository
from prodwright.api.bench import Bench
from prodwright.api.choosing import keep_choice, named_engineer, refuse_unfit
from prodwright.api.finishing import Finished
from prodwright.api.hardening import REQUEST
from prodwright.api.kept_choice import recorded, refuse_unknown_address, with_limits
from prodwright.api.opening import (
    Opening,
    Surroundings,
    ensure_repository,
    found_profile,
    open_for_build,
    open_in_repository,
    reopen,
    runs_root,
)
from prodwright.api.people import Person
from prodwright.api.scoping import refuse_uncommitted, scope_of
from prodwright.api.staffing import (
    engineer_for,
)
from prodwright.api.undoing import take_back
from prodwright.api.workshops import workshop_for
from prodwright.core.brief import Brief, Change
from prodwright.core.engineering import Engineering
from prodwright.core.errors import InputError, NeedsInput, RunUnfit, Stalled
from prodwright.runs import (
    FileJournal,
    find_run,
    run,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRequest:
    """What to build.

    Attributes:
        request: In the user's words.
        into: Folder it goes to.
        answers: Answers from the command line.
        profile: Text of a profile file; empty without one.
        engineering: Who is to write.
        prove_seconds: For experiments in the gate; 0: none are made.
    """

    request: str
    into: Path
    answers: Mapping[str, str]
    profile: str = ""
    engineering: Engineering = field(default_factory=Engineering)
    prove_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HardenRequest:
    """What to harden.

    Attributes:
        paths: Files and folders; empty means the whole repository.
        only: Hazards or practices to mend; empty: as configured.
        unsafe: Whether rewrites that change behaviour are applied as well.
        python: Interpreter that runs the project's tests.
        engineering: Who mends what codemods cannot; nobody by default.
        prove_seconds: For experiments in the gate; 0: none are made.
    """

    paths: Sequence[Path]
    only: tuple[str, ...] = ()
    unsafe: bool = False
    python: str = ""
    engineering: Engineering = field(default_factory=Engineering)
    prove_seconds: float = 0.0


def build(
    request: BuildRequest, around: Surroundings, person: Person | None
) -> Finished:
    """Build what is asked for and deliver it as a branch.

    Raises:
        NeedsInput: No blueprint fits, or a question is open.
        Stalled: The engineer says nothing new while it plans.
        InputError: The target or an answer cannot work.
        ToolFailed: An outside program failed; the run can be resumed.
    """
    engineer = _chosen(request, around)  # before anything is created
    found = found_profile(request.into)
    options = recorded(request.engineering, engineer)
    options["answers"] = dict(request.answers)
    options["profile"] = request.profile or found
    options["found_profile"] = found
    options["prove_seconds"] = request.prove_seconds
    opening = Opening(door="build", request=request.request, options=options)
    bench = open_for_build(opening, around, request.into)
    try:
        keep_choice(bench, request.engineering, engineer)
        return _run(bench, person)
    except (InputError, NeedsInput, Stalled):
        if not FileJournal(bench.folder.journal, bench.progress).has("intake"):
            take_back(bench)  # all it goes by is recorded: it could never succeed
        raise


def harden(
    request: HardenRequest, around: Surroundings, person: Person | None = None
) -> Finished:
    """Mend what can be mended and deliver it as a branch.

    Raises:
        InputError: A path or the repository cannot be worked with.
        ToolFailed: An outside program failed; the run can be resumed.
    """
    refuse_missing(request.python)
    git = find_repository(around.folder)
    root = git.root if git else around.folder
    scope = [scope_of(path, around.folder, root) for path in request.paths]
    wanted = request.engineering
    engineer = wanted.engineer or named_engineer(wanted)
    refuse_unfit(engineer, wanted, around, root)
    options: dict[str, object] = {
        **recorded(wanted, engineer),
        "scope": scope,
        "only": list(request.only),
        "unsafe": request.unsafe,
        "python": request.python,
        "prove_seconds": request.prove_seconds,
    }
    if git is not None and scope:
        refuse_uncommitted(git, scope)
    opening = Opening(door="harden", request=REQUEST, options=options)
    bench = open_in_repository(opening, around)
    keep_choice(bench, wanted, engineer)
    return _run(bench, person)


def resume(
    run_id: str,
    around: Surroundings,
    person: Person | None,
    raised: Engineering | None = None,
) -> Finished:
    """Go on with a run where its journal ends.

    Args:
        run_id: Of the run.
        around: Surroundings.
        person: Who is asked; None when nobody is there.
        raised: Limits in place of those that the run was begun with.

    Raises:
        UnknownName: There is no such run.
        RunUnfit: It is under way elsewhere, was taken back, is damaged, or would
            have a key sent where only its record says.
    """
    folder = find_run(runs_root(around.folder), run_id)
    bench = reopen(folder, around)
    refuse_unknown_address(bench.record, bench.settings.model)
    record = with_limits(bench.record, raised or Engineering())
    if record.options.get("engineer"):
        taken = f"{bench.clock.seconds():.0f} s"
        around.progress.note(f"{taken} of work so far count as well")
    return _run(replace(bench, record=record), person)


def _chosen(request: BuildRequest, around: Surroundings) -> str:
    wanted = request.engineering
    settings = read_settings(request.into.absolute(), around.variables)
    engineer = engineer_for(request.request, wanted, settings)
    root = request.into.absolute()
    refuse_unfit(engineer, wanted, around, root)
    return engineer


def _run(bench: Bench, person: Person | None) -> Finished:
    with bench.folder.locked():
        if bench.folder.is_undone:
            raise RunUnfit(
                f"run {bench.folder.id} was taken back", hint="start a new one instead"
            )
        ensure_repository(bench)
        journal = FileJournal(bench.folder.journal, bench.progress)
        try:
            told = {"run": bench.folder.id}
            with bench.clock.kept(), bench.spans.span(f"run {bench.record.door}", told):
                delivery = run(workshop_for(bench, person), journal)
        finally:
            bench.spans.close()
    brief = journal.recorded("intake", Brief)
    change = journal.latest("engineer-", Change)
    # The repository may have been moved, or another place forged into the journal.
    report = (bench.folder.path / "report.html").as_posix()
    return Finished(
        record=bench.record,
        root=bench.git.root,
        delivery=replace(delivery, report=report),
        brief=brief,
        change=change,
        diff=bench.git.diff(change.base, change.head),
        untouched=() if bench.record.creates else bench.git.uncommitted(),
    )
