"""Settles the answers of a build, and what of them opens the network.

Only what the user types opens it: options, which are kept apart from the record, and
what is answered now. A profile and the record's own answers may ask for hosts; that is
told, and allows nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from prodwright.api.allowing import keep_allowance, refuse_unreachable
from prodwright.api.bench import Bench
from prodwright.core.allowance import NOBODY, hosts_in, listed
from prodwright.core.errors import ConfigurationInvalid
from prodwright.core.profile import Origin, Profile
from prodwright.intake import PROFILE_PATH, Asker, read_profile, settle_profile
from prodwright.intake.general import NETWORK, QUESTIONS


def settled_with_network(bench: Bench, ask: Asker | None) -> Profile:
    """Return the profile; hosts that a person answers with are allowed to the run.

    Args:
        bench: The run's surroundings.
        ask: Asks a person; None when nobody is there.

    Raises:
        InputError: An answer does not fit.
        SandboxUnavailable: The network cannot be opened for the hosts only.
    """
    given = _texts(bench.record.options.get("answers"))
    answered = given.pop(NETWORK, "")
    asked_for = [answered, _in_profile(bench)]
    allowed = bench.allowance.hosts
    if allowed or answered == NOBODY:
        given[NETWORK] = listed(allowed)
    profile = settle_profile(QUESTIONS, given=given, known={}, inferred={}, ask=ask)
    answer = profile.answers[NETWORK]
    if NETWORK not in given and answer.origin is Origin.ANSWERED:
        _allow(bench, hosts_in(answer.value))
    _tell_what_is_not_allowed(bench, asked_for)
    return profile


def tell_of_lost(bench: Bench, profile: Profile) -> None:
    """Say so when a run that is gone on with has lost what was allowed to it."""
    answer = profile.answers.get(NETWORK)
    allowed = listed(bench.allowance.hosts)
    if answer is not None and answer.value != allowed and allowed == NOBODY:
        told = "note: what was allowed to this run is not kept here any more: it"
        bench.progress.show([f"{told} reaches nobody"])


def _allow(bench: Bench, hosts: tuple[str, ...]) -> None:
    refuse_unreachable(hosts, bench.sandbox)
    wider = replace(bench.allowance, hosts=hosts)
    keep_allowance(bench.variables, bench.folder.id, wider)


def _in_profile(bench: Bench) -> str:
    """Return whom the profile asks for; one that cannot be read asks for nobody."""
    base = bench.record.base
    committed = bench.git.read(base, PROFILE_PATH) if base else None
    named = str(bench.record.options.get("profile") or "")
    text = named or (committed or b"").decode(errors="replace")
    try:
        answer = read_profile(text, PROFILE_PATH).get(NETWORK)
    except ConfigurationInvalid:
        return ""
    return answer.value if answer else ""


def _tell_what_is_not_allowed(bench: Bench, asked_for: list[str]) -> None:
    allowed = bench.allowance.hosts
    for text in asked_for:
        try:
            missing = [each for each in hosts_in(text) if each not in allowed]
        except ConfigurationInvalid as error:
            bench.progress.show([f"note: the answer {NETWORK}: {error}"])
            continue
        if missing:
            options = " ".join(f"--allow-host {each}" for each in missing)
            told = f"note: the profile asks for {listed(missing)}; allow it with"
            bench.progress.show([f"{told} {options}"])


def _texts(options: object) -> dict[str, str]:
    if not isinstance(options, Mapping):
        return {}
    return {str(key): str(value) for key, value in options.items()}
