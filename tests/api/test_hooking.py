from __future__ import annotations

from pathlib import Path

import pytest

from prodwright.api.hooking import may_stop
from prodwright.core.errors import Misunderstood


@pytest.mark.parametrize("told", [b"[" * 100_000, b"9" * 5_000, b"[]", b"\xff"])
def test_what_no_agent_says_is_refused_in_one_line(tmp_path: Path, told: bytes) -> None:
    with pytest.raises(Misunderstood, match="standard input"):
        may_stop(told, tmp_path, {})
