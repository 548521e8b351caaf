"""What a model thinks of practices that nothing else judges, as verdicts read it."""

from __future__ import annotations

import json

from prodwright.core.judgement import StageResult


def opinions_in(stage: StageResult | None) -> dict[tuple[str, str], tuple[str, str]]:
    """Return verdict and reason by practice and module.

    Args:
        stage: This stage's result; None when it did not run.
    """
    if stage is None:
        return {}
    return {
        (each["practice"], each["module"]): (each["verdict"], each["reason"])
        for each in json.loads(stage.details.get("judged", "[]"))
    }
