"""Finds out, before anything is created, whether who is to write can."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from prodwright.adapters.agents.opening import open_agent
from prodwright.adapters.configuration import read_settings
from prodwright.adapters.sandbox import find_sandbox
from prodwright.api.allowing import keep_allowance, refuse_unreachable
from prodwright.api.bench import Bench
from prodwright.api.granting import granted, joined, keep_grant
from prodwright.api.opening import Surroundings
from prodwright.api.staffing import open_chosen
from prodwright.core.engineering import AGENT, BLUEPRINTS, MODEL, Engineering


def named_engineer(wanted: Engineering) -> str:
    """Return who mends what codemods cannot: nobody, unless somebody is named."""
    if wanted.agent.name:
        return AGENT
    return MODEL if wanted.model else BLUEPRINTS


def refuse_unfit(
    engineer: str, wanted: Engineering, around: Surroundings, root: Path
) -> None:
    """Find out before anything is created whether who is named can work.

    Raises:
        ConfigurationInvalid: A key is missing, or something cannot be granted.
        AgentFailed: The agent is not installed.
        ExtraMissing: What it takes is not installed.
        SandboxUnavailable: The network cannot be opened for what is named only.
    """
    if engineer == BLUEPRINTS:
        return
    hosts = (*wanted.allowance.hosts, *wanted.agent.hosts)
    find = partial(find_sandbox, allow_unsandboxed=around.allow_unsandboxed)
    refuse_unreachable(hosts, find)
    if engineer == MODEL:
        open_chosen(wanted, read_settings(root, around.variables), around.variables)
    elif engineer == AGENT:
        grant = granted(
            joined(wanted.agent, around.variables),
            root,
            around.variables,
            allow_unsandboxed=around.allow_unsandboxed,
        )
        open_agent(grant.chosen)


def keep_choice(bench: Bench, wanted: Engineering, engineer: str) -> None:
    """Keep what the user grants, so that the run can be gone on with.

    Raises:
        StorageFailed: The disk is full.
    """
    if engineer != BLUEPRINTS:
        keep_allowance(bench.variables, bench.folder.id, wanted.allowance)
    elif not wanted.allowance.is_empty:
        told = "note: no model or agent writes: nobody is reached, nothing is installed"
        bench.progress.show([told])
    if engineer == AGENT:
        keep_grant(bench, joined(wanted.agent, bench.variables))
