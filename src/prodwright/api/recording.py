"""Keeps what stages saw as evidence."""

from __future__ import annotations

import json
from collections.abc import Iterable

from prodwright.core.judgement import StageResult
from prodwright.delivery.document import finding_entry, stage_entry
from prodwright.evidence import EvidenceStore


def keep_evidence(
    store: EvidenceStore, results: Iterable[StageResult]
) -> dict[str, str]:
    """Keep each result and return the hashes of the records, by stage.

    Raises:
        OSError: The disk is full.
    """
    return {each.stage: _kept(store, each) for each in results}


def _kept(store: EvidenceStore, result: StageResult) -> str:
    content = stage_entry(result)
    content["found"] = [finding_entry(each) for each in result.findings]
    content["shown"] = [
        {
            "practice": each.practice,
            "module": each.module,
            "standing": each.standing.value,
            "reason": each.reason,
        }
        for each in result.exhibits
    ]
    return store.add("stage", json.loads(json.dumps(content)))
