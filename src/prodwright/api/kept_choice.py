"""What a run's record keeps of who writes, and within which limits."""

from __future__ import annotations

from dataclasses import asdict, replace

from prodwright.adapters.configuration import is_here
from prodwright.core.allowance import Allowance
from prodwright.core.engineering import BLUEPRINTS, AgentChoice, Engineering
from prodwright.core.errors import RunUnfit
from prodwright.core.settings import ModelSettings
from prodwright.runs import RunRecord

_LIMITS = ("requests", "tokens", "cost_dollars", "wall_seconds")


def recorded(wanted: Engineering, engineer: str) -> dict[str, object]:
    """Return what a record keeps of the choice: a resumed run is the same."""
    if engineer == BLUEPRINTS:
        return {}
    return {
        "engineer": engineer,
        "engineering": asdict(
            replace(wanted, agent=AgentChoice(), allowance=Allowance())
        ),
        "python": wanted.python,
    }


def kept_choice(record: RunRecord) -> Engineering:
    """Return the choice that `record` keeps.

    Raises:
        RunUnfit: It is no choice.
    """
    from pydantic import TypeAdapter, ValidationError  # 40 ms, and only here

    kept = record.options.get("engineering")
    if kept is None:
        return Engineering()
    try:
        choice = TypeAdapter(Engineering).validate_python(kept)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, ("engineering", *first["loc"])))
        raise RunUnfit(
            f"run {record.id} is damaged: {place}: {first['msg'].lower()}",
            hint="`prodwright runs undo` takes the run back",
        ) from error
    # What may be reached and changed is not a record's to say.
    return replace(choice, agent=AgentChoice(), allowance=Allowance())


def refuse_unknown_address(record: RunRecord, configured: ModelSettings) -> None:
    """Refuse to send a key where only the record says: it lies in the repository.

    Args:
        record: Of a run that is gone on with.
        configured: As the user's environment and the repository's file say.

    Raises:
        RunUnfit: The user has not named the address here.
    """
    address = kept_choice(record).base_url
    if not configured.key_variable or not address or is_here(address):
        return
    if address != configured.base_url:
        raise RunUnfit(
            f"run {record.id} asks a model at {address!r}, which is not named here",
            hint="if it is yours, set PRODWRIGHT_MODEL_BASE_URL to it and resume again",
        )


def with_limits(record: RunRecord, raised: Engineering) -> RunRecord:
    """Return `record` with the limits that were typed over those it was begun with."""
    typed = {name: getattr(raised, name) for name in _LIMITS}
    given = {name: value for name, value in typed.items() if value is not None}
    if not given:
        return record
    choice = replace(kept_choice(record), **given)
    return replace(record, options={**record.options, "engineering": asdict(choice)})
