"""Settings as the command line of pytest names them."""

from __future__ import annotations

from typing import Any

import pytest


def settings_of(config: pytest.Config) -> dict[str, Any]:
    """Return the settings that the command line names.

    Raises:
        pytest.UsageError: The case to replay is none, or needs its test.
    """
    named = [each for each in config.getoption("--prodwright-code").split(",") if each]
    code = [str((config.rootpath / each).resolve()) for each in named]
    return {
        "root": str(config.rootpath),
        "code": code or [str(config.rootpath)],
        "report": "",
        "deadline_seconds": config.getoption("--prodwright-budget") or 1e9,
        "part": 0,
        "parts": 1,
        "only": _replayed(config),
    }


def _replayed(config: pytest.Config) -> dict[str, Any]:
    told = config.getoption("--prodwright-hostile")
    if not told:
        return {}
    operation, mark, case = told.partition("~")
    if not (mark and case and config.args):
        raise pytest.UsageError(
            f"--prodwright-hostile {told!r} is no case: name a test and a case as they "
            "were told, e.g. 'POST /items~body.name:nul'"
        )
    return {"test": config.args[0], "operation": operation, "case": case}
