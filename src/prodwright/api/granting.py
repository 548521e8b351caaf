"""What the user lets an external agent reach, kept where no repository can say it.

A run's record lies in the repository, whose owner may be anybody; what is granted
lies in the user's own cache, under the run's id.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import partial
from pathlib import Path

from prodwright.adapters.agents.known import KNOWN, Chosen, chosen_agent
from prodwright.adapters.files import is_inside, storage_errors
from prodwright.api.allowing import keep_own, own_file
from prodwright.api.bench import Bench
from prodwright.core.engineering import AgentChoice
from prodwright.core.errors import AgentFailed, ConfigurationInvalid, RunUnfit

_SYSTEM = tuple(map(Path, ("/usr", "/bin", "/sbin", "/lib", "/lib64")))
_TEXTS = {"name": "PRODWRIGHT_AGENT", "home": "PRODWRIGHT_AGENT_HOME"}
_LISTS = {
    "folders": ("PRODWRIGHT_AGENT_FOLDERS", os.pathsep),
    "hosts": ("PRODWRIGHT_AGENT_HOSTS", ","),
    "variables": ("PRODWRIGHT_AGENT_VARIABLES", ","),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """An agent that was found, and what it may reach.

    Attributes:
        chosen: The agent.
        program: Absolute path of its program.
        choice: What the user named.
        given: The variables that it is given, with their values.
    """

    chosen: Chosen
    program: Path
    choice: AgentChoice
    given: Mapping[str, str]

    @property
    def readable(self) -> tuple[Path, ...]:
        """Folders that it may read."""
        return tuple(map(Path, self.choice.folders))

    @property
    def writable(self) -> tuple[Path, ...]:
        """Folders that it may write to, besides the desk."""
        return (Path(self.choice.home),) if self.choice.home else ()

    def told(self) -> list[str]:
        """Return what it may reach as a person reads it beforehand."""
        choice, known = self.choice, KNOWN.get(self.choice.name)
        lines = [
            f"  it may reach: {', '.join(choice.hosts) or 'nobody'}",
            f"  its home: {choice.home or 'an empty folder'}",
            f"  variables: {', '.join(choice.variables) or 'none'}",
        ]
        if known is not None and known.hosts and not choice.hosts:
            advice = " ".join(f"--agent-host {each}" for each in known.hosts)
            lines.append(f"  note: {choice.name} usually needs {advice}")
        return lines


def joined(wanted: AgentChoice, variables: Mapping[str, str]) -> AgentChoice:
    """Return what was typed, and from the environment what was not."""
    values: dict[str, object] = {}
    for name, variable in _TEXTS.items():
        values[name] = getattr(wanted, name) or variables.get(variable, "")
    for name, (variable, separator) in _LISTS.items():
        words = variables.get(variable, "").split(separator)
        set_there = tuple(word.strip() for word in words if word.strip())
        values[name] = getattr(wanted, name) or set_there
    return AgentChoice(**values)  # type: ignore[arg-type]


def granted(
    choice: AgentChoice,
    root: Path,
    variables: Mapping[str, str],
    *,
    allow_unsandboxed: bool,
) -> Grant:
    """Return the agent that was chosen, found, with what it may reach.

    Args:
        choice: As the user named it.
        root: The repository, which is never shown to it.
        variables: The user's environment.
        allow_unsandboxed: Whether it runs without isolation, and so sees everything.

    Raises:
        ConfigurationInvalid: None is named; a folder or variable cannot be granted.
        AgentFailed: It is not installed, or where it cannot be seen.
    """
    if not choice.name:
        raise ConfigurationInvalid(
            "no agent is named",
            hint=f"add --agent {' or '.join(KNOWN)}, or a command; "
            "or set PRODWRIGHT_AGENT",
        )
    for named in (choice.home, *choice.folders):
        if named:
            _refuse_folder(Path(named), root, variables)
    missing = [each for each in choice.variables if each not in variables]
    if missing:
        raise ConfigurationInvalid(
            f"the variable {missing[0]} is not set", hint="set it, or do not name it"
        )
    find = partial(shutil.which, path=variables.get("PATH"))
    chosen = chosen_agent(choice.name, find)
    program = Path(os.path.abspath(find(chosen.command[0]) or ""))  # noqa: PTH100 - not links
    if not allow_unsandboxed:
        _refuse_unseen(program, choice)
    given = {name: variables[name] for name in choice.variables}
    return Grant(chosen=chosen, program=program, choice=choice, given=given)


def keep_grant(bench: Bench, choice: AgentChoice) -> None:
    """Keep what was granted for this run.

    Raises:
        StorageFailed: The disk is full.
    """
    keep_own(_place(bench), asdict(choice))


def kept_grant(bench: Bench) -> AgentChoice:
    """Return what was granted for this run; the environment adds what is missing.

    Raises:
        RunUnfit: Nothing was granted here.
    """
    place = _place(bench)
    if not place.is_file():
        choice = joined(AgentChoice(), bench.variables)
        if choice.name:
            return choice
        raise RunUnfit(
            f"run {bench.folder.id} has an agent write, and none is named here",
            hint="set PRODWRIGHT_AGENT and what it needs, then resume again",
        )
    with storage_errors(place):
        kept = json.loads(place.read_text("utf-8"))
    names = {each.name for each in fields(AgentChoice)}
    values: dict[str, object] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in kept.items()
        if name in names
    }
    return AgentChoice(**values)  # type: ignore[arg-type]


def _place(bench: Bench) -> Path:
    return own_file(bench.variables, "agents", bench.folder.id)


def _refuse_folder(folder: Path, root: Path, variables: Mapping[str, str]) -> None:
    if not folder.is_dir():
        raise ConfigurationInvalid(f"{folder}: no such folder", hint="make it first")
    real = folder.resolve()
    home = Path(variables.get("HOME") or "/").resolve()
    too_much = {home, *home.parents, *root.resolve().parents, root.resolve()}
    if real in too_much or is_inside(real, root.resolve()):
        raise ConfigurationInvalid(
            f"{folder} is not shown to an agent: it holds, or belongs to, your home "
            "or the repository",
            hint="name a folder of its own, in which the agent is logged in",
        )


def _refuse_unseen(program: Path, choice: AgentChoice) -> None:
    interpreter = (Path(sys.prefix), Path(sys.base_prefix))  # every sandbox shows ours
    seen = [*_SYSTEM, *interpreter, *map(Path, choice.folders)]
    seen += [Path(choice.home)] if choice.home else []
    shown = [*seen, *(each.resolve() for each in seen)]
    for place in (program, program.resolve()):
        if not any(place.is_relative_to(each) for each in shown):
            raise AgentFailed(
                f"{place} is not visible in the sandbox",
                hint=f"name the folder it is installed in: --agent-folder "
                f"{place.parent}",
            )
