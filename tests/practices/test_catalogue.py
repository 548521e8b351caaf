"""Hazards by name."""

from __future__ import annotations

import pytest

from prodwright.core.errors import UnknownName
from prodwright.practices import find_hazard


def test_a_hazard_is_found_by_its_name() -> None:
    assert find_hazard("missing-timeout").practice == "recovery"


def test_an_unknown_hazard_is_named_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="mising-timeout") as caught:
        find_hazard("mising-timeout")

    assert "missing-timeout" in (caught.value.hint or "")
