"""`build`: a run that starts from a request in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from prodwright.adapters.git import Git
from prodwright.api.bench import Bench
from prodwright.api.delivering import deliver
from prodwright.api.gating import judge_change
from prodwright.blueprints import Blueprint, load_blueprints, match, named, render
from prodwright.core.brief import Brief, Change, Delivery
from prodwright.core.errors import NoEngineerFits, PathRefused, UnknownName
from prodwright.core.judgement import Judgement
from prodwright.core.profile import Answer
from prodwright.engineer.blueprints import BlueprintEngineer
from prodwright.intake import (
    PROFILE_PATH,
    Asker,
    infer,
    read_profile,
    settle_profile,
    write_profile,
)
from prodwright.intake.inference import FILES
from prodwright.kit import Hazard


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildWorkshop:
    """Serves a request from a blueprint.

    Attributes:
        bench: The run's surroundings.
        hazards: Those that the gate looks for.
        ask: Asks a person; None when nobody is there.
    """

    bench: Bench
    hazards: tuple[Hazard, ...]
    ask: Asker | None

    @property
    def attempts(self) -> int:
        """How often work may go back to the engineer."""
        return self.bench.settings.attempts

    def intake(self) -> Brief:
        """Match the request with a blueprint and settle its questions.

        Raises:
            NoEngineerFits: No blueprint serves the request.
            Unanswered: A question without a default has no answer.
        """
        request = self.bench.record.request
        blueprint = blueprint_for(request)
        options = self.bench.record.options
        profile = settle_profile(
            blueprint.questions,
            given={str(k): str(v) for k, v in _table(options, "answers").items()},
            known=known_answers(
                self.bench.git, self._base(), str(options.get("profile", ""))
            ),
            inferred=infer(
                blueprint.questions, committed_files(self.bench.git, self._base())
            ),
            ask=self.ask,
        )
        folder = self._folder(blueprint)
        brief = Brief(
            request=request,
            engineer="blueprints",
            subject=blueprint.name,
            scope=(folder,) if folder else (),
            profile=profile,
            criteria=_criteria(blueprint),
        )
        self.bench.progress.show(_shown(brief))
        return brief

    def write(self, brief: Brief, earlier: Sequence[Judgement]) -> Change:
        """Render the blueprint and commit its steps.

        Raises:
            PathRefused: A file is already there.
        """
        blueprint = named(brief.subject)
        profile = write_profile(brief.profile, blueprint.questions)
        engineer = BlueprintEngineer(
            rendered=render(blueprint, brief.profile.values()),
            folder=brief.scope[0] if brief.scope else "",
            extra={PROFILE_PATH: profile.encode()},
            hazards=self.hazards,
        )
        return self.bench.workbench.commit(self._base(), engineer.write(earlier))

    def judge(self, brief: Brief, change: Change) -> Judgement:
        """Put the change through the gate."""
        return judge_change(self.bench, brief, change, self.hazards)

    def deliver(self, brief: Brief, change: Change, judgement: Judgement) -> Delivery:
        """Hand over branch and report."""
        return deliver(self.bench, brief, change, judgement)

    def _base(self) -> str:
        return self.bench.record.base or self.bench.git.head()

    def _folder(self, blueprint: Blueprint) -> str:
        """An empty repository becomes the project; another gets it as a folder."""
        files = self.bench.git.files(self._base())
        if not any(not path.startswith(".prodwright/") for path in files):
            return ""
        folder = blueprint.package
        if any(Path(path).parts[0] == folder for path in files):
            raise PathRefused(
                f"{folder}/ is already in the repository",
                hint="name another place with --into",
            )
        return folder


def blueprint_for(request: str) -> Blueprint:
    """Return the blueprint that serves `request`.

    Raises:
        NoEngineerFits: None does.
    """
    matched = match(request)
    if matched.best is None:
        nearest = ", ".join(name for name, _ in matched.nearest)
        raise NoEngineerFits(
            f"no blueprint fits {request!r}; the nearest are: {nearest}",
            hint="reword the request, or name a model with --model provider:name",
        )
    return matched.best


def known_answers(git: Git, base: str, profile_text: str) -> dict[str, Answer]:
    """Return the answers of an earlier profile: the text's, else the committed one's.

    Raises:
        ConfigurationInvalid: It is no profile.
        UnknownName: It answers a question that no blueprint asks.
    """
    if profile_text:
        return _answers(profile_text, "the profile")
    committed = git.read(base, PROFILE_PATH)
    if committed is None:
        return {}
    return _answers(committed.decode(errors="replace"), PROFILE_PATH)


def committed_files(git: Git, base: str) -> dict[str, str]:
    """Return the committed files that answer questions, by path."""
    found = ((name, git.read(base, name)) for name in FILES)
    return {name: text.decode(errors="replace") for name, text in found if text}


def _answers(text: str, shown: str) -> dict[str, Answer]:
    """Read a profile; it may hold answers to another blueprint's questions."""
    answers = read_profile(text, shown)
    questions = (each for one in load_blueprints() for each in one.questions)
    known = tuple(dict.fromkeys(question.key for question in questions))
    for key in answers:
        if key not in known:
            raise UnknownName(f"question ({shown})", key, known=known)
    return answers


def _criteria(blueprint: Blueprint) -> tuple[str, ...]:
    return (
        f"the branch holds the {blueprint.name} service as the answers shape it",
        "no hazard is found by a check that caught its planted defect",
        "the project's own type checker and tests pass in isolation",
        "new tests are tried on mutants; one that is never red counts as nothing",
    )


def _shown(brief: Brief) -> list[str]:
    """Return the brief as a person reads it before the work begins."""
    answers = [
        f"  {key} = {answer.value}  ({' '.join([answer.origin, answer.where]).strip()})"
        for key, answer in brief.profile.answers.items()
    ]
    criteria = [f"  - {criterion}" for criterion in brief.criteria]
    place = f" in {brief.scope[0]}/" if brief.scope else ""
    head = f"brief: the {brief.subject} blueprint{place}"
    return ["", head, *answers, "  it is done when", *criteria, ""]


def _table(options: object, key: str) -> dict[object, object]:
    value = options.get(key) if hasattr(options, "get") else None
    return dict(value) if isinstance(value, dict) else {}
