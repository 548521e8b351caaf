"""Installs what the work of a model or an agent needs, if the user allows it.

The policy is to ask: without `--allow-install` a person sees the exact requirements,
and when nobody is there, nothing is installed. Neither the repository nor whoever
writes decides it. docs/decisions/0007 says why it is done this way.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from prodwright.adapters.environments import Environment, python_version
from prodwright.adapters.overlays import Overlays, with_overlay
from prodwright.adapters.registry import Registry, Wheel
from prodwright.adapters.requirements import (
    applies,
    asked_of_registry,
    declared,
    declares,
    files_in,
    is_met,
    valid_requirement,
)
from prodwright.api.allowing import Installed, keep_installed
from prodwright.api.bench import Bench
from prodwright.core.errors import EnvironmentFailed, InputError
from prodwright.core.packages import Package

MOST_TIMES = 10
MOST_REQUIREMENTS = 40
_MOST_PINS = 60
_OTHER_WAY = "use what is there, or finish with `blocked` when it cannot be done so"


@dataclass(frozen=True, kw_only=True)
class Installing:
    """Installs for one run.

    Attributes:
        bench: The run's surroundings.
        base: Returns what the project runs with before anything was installed; None
            when nothing was found.
        ask: Asks the user; None when nobody is there.
        tried: What the project said that it needs when that was looked into.
        turn: Held meanwhile: an agent has several commands run at once.
    """

    bench: Bench
    base: Callable[[], Environment | None]
    ask: Callable[[Sequence[str]], bool] | None = None
    tried: set[tuple[Requirement, ...]] = field(default_factory=set)
    turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def environment(self) -> Environment | None:
        """What the project runs with, now."""
        found, overlay = self.base(), self.bench.installed.overlay
        if found is None or not overlay:
            return found
        return with_overlay(found, self._folder, overlay)

    def request(self, texts: Sequence[str]) -> str:
        """Install what is asked for and return what the model is told.

        Raises:
            InputError: It is no requirement, is not allowed, or cannot be installed.
        """
        wanted = [valid_requirement(each) for each in texts]
        missing = self._missing(wanted)
        if not missing:
            return "nothing to install: the environment has it all"
        made = self._installed(missing)
        pins = [each.pin for each in made.packages]
        return "\n".join(
            [
                f"installed for this run: {', '.join(missing)}",
                "the project must name what it needs; what it came to:",
                *pins[:_MOST_PINS],
            ]
        )

    def provide(self, base: str, folder: Path) -> None:
        """Install what the project in `folder` says it needs and did not say before.

        What is not allowed or cannot be installed is told to the user; the tests then
        say what it is missing for.

        Args:
            base: Commit to compare with; empty: there was nothing.
            folder: The project as it is now.
        """
        known = self.before(base) if base else frozenset()
        new = tuple(each for each in declared(files_in(folder)) if each not in known)
        with self.turn:
            if new in self.tried:
                return
            self.tried.add(new)
            try:
                missing = self._missing(new)
                if missing:
                    self._installed(missing)
            except InputError as error:
                self.bench.progress.show([f"note: {error}"])

    @cached_property
    def before(self) -> Callable[[str], frozenset[Requirement]]:
        """Returns what the project of a commit says it needs."""
        return cache(self._before)

    def _before(self, commit: str) -> frozenset[Requirement]:
        git = self.bench.git
        names = [each for each in git.files(commit) if declares(each)]
        contents = {name: git.read(commit, name) or b"" for name in names}
        return frozenset(
            declared({k: v.decode(errors="replace") for k, v in contents.items()})
        )

    def _missing(self, wanted: Sequence[Requirement]) -> list[str]:
        """Return what the environment does not have, as a registry is asked."""
        if not wanted:
            return []
        environment = self.environment
        if environment is None:
            raise InputError("the project has no environment", hint=_OTHER_WAY)
        version, there = python_version(environment), environment.packages()
        asked = self.bench.installed.requirements
        missing = (
            asked_of_registry(each)
            for each in wanted
            if applies(each, version) and not is_met(each, there)
        )
        return [each for each in dict.fromkeys(missing) if each not in asked]

    def _installed(self, missing: Sequence[str]) -> Installed:
        kept = self.bench.installed
        every = (*kept.requirements, *missing)
        if kept.times >= MOST_TIMES or len(every) > MOST_REQUIREMENTS:
            told = f"{MOST_TIMES} times or {MOST_REQUIREMENTS} requirements"
            raise InputError(f"not installed: more than {told}", hint=_OTHER_WAY)
        self._decide(missing)
        self.bench.progress.note(f"installing {', '.join(missing)}")
        counted = replace(kept, times=kept.times + 1)
        self._keep(counted)  # a name that the registry does not know counts as well
        try:
            made = self._made(every)
        except EnvironmentFailed as error:
            raise InputError(f"not installed: {error}", hint=error.hint) from error
        self._keep(replace(made, times=counted.times, refused=kept.refused))
        self.bench.evidence.add("installed", asdict(made))
        named = ", ".join(f"{each.name} {each.version}" for each in made.packages)
        self.bench.progress.show([f"installed for this run: {named}"])
        return made

    def _decide(self, missing: Sequence[str]) -> None:
        """Ask, unless the user has allowed it for the whole run or refused it before.

        Raises:
            InputError: It is not allowed.
        """
        if self.bench.allowance.install:
            return
        kept, named = self.bench.installed, ", ".join(missing)
        if self.ask is None:
            why = "nobody is there to allow it (--allow-install)"
            raise InputError(f"not installed: {named}: {why}", hint=_OTHER_WAY)
        if set(missing) <= set(kept.refused) or not self.ask(missing):
            refused = tuple(dict.fromkeys((*kept.refused, *missing)))
            self._keep(replace(kept, refused=refused))
            self.bench.evidence.add("install-refused", {"requirements": list(refused)})
            told = f"not installed: {named}: the user refused it"
            raise InputError(told, hint=_OTHER_WAY)

    def _made(self, requirements: Sequence[str]) -> Installed:
        """Fetch, unpack and say what that came to."""
        environment = self.base()
        assert environment is not None  # something is missing in it
        there = environment.packages()
        pins = {**there, **{e.name: e.version for e in self.bench.installed.packages}}
        pip = self.bench.environments.pip()
        registry = Registry(pip=pip.python, variables=self.bench.variables)
        with tempfile.TemporaryDirectory(prefix="prodwright-") as scratch:
            found = registry.fetch(
                requirements, pins, python_version(environment), Path(scratch)
            )
            wheels = [each for each in found if there.get(each.name) != each.version]
            overlays = Overlays(
                folder=self._folder, pip=pip, sandbox=self.bench.sandbox()
            )
            overlay = overlays.made_of(wheels, environment) if wheels else ""
        return Installed(
            overlay=overlay,
            requirements=tuple(requirements),
            packages=_packages(wheels, requirements),
        )

    def _keep(self, installed: Installed) -> None:
        bench = self.bench
        keep_installed(bench.variables, bench.folder.id, installed)

    @property
    def _folder(self) -> Path:
        return self.bench.cache / "overlays"


def _packages(
    wheels: Sequence[Wheel], requirements: Sequence[str]
) -> tuple[Package, ...]:
    named = {canonicalize_name(Requirement(each).name) for each in requirements}
    return tuple(
        Package(
            name=each.name,
            version=each.version,
            sha256=each.sha256,
            requested=each.name in named,
        )
        for each in sorted(wheels, key=lambda wheel: wheel.name)
    )
