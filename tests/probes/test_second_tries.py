"""What a second try shows, told from what there was and is."""

from __future__ import annotations

import pytest

from prodwright.probes.faults.details import Details
from prodwright.probes.faults.restarting import Judged, Known, judged

BEFORE: Details = {"message": (1, "m"), "effect": (0, "")}
ONCE: Details = {"message": (0, ""), "effect": (1, "e")}
KNOWN = Known(BEFORE, ONCE, ("effect", "message"))
GONE: Details = {"message": (0, ""), "effect": (0, "")}
THERE: Details = {"message": (1, "m"), "effect": (1, "e")}
LEASED: Details = {"message": (1, "taken by somebody"), "effect": (0, "")}


def kind(left: Details, after: Details, error: str = "") -> str:
    found = judged(KNOWN, left, after, error).found
    return found[0][0] if found else ""


@pytest.mark.parametrize("left", [BEFORE, GONE, THERE, LEASED, ONCE])
def test_whatever_was_left_is_mended_when_the_end_is_the_same(left: Details) -> None:
    assert judged(KNOWN, left, ONCE, "") == Judged(is_mended=True)


def test_an_effect_without_its_message_stays_missing() -> None:
    assert kind(GONE, GONE) == "lost-on-crash"


def test_an_effect_beside_its_message_happens_again() -> None:
    assert kind(THERE, {"message": (0, ""), "effect": (2, "ee")}) == "twice-on-crash"


def test_what_is_left_behind_keeps_others_out() -> None:
    left = {**BEFORE, "lock": (0, "empty")}

    assert kind(left, left, "FileExistsError: lock") == "blocked-by-crash"
    assert kind(left, left) == "", "nobody was kept out"
    assert kind(BEFORE, BEFORE, "BusyError") == "", "nothing is left behind"


def test_a_lease_that_has_not_run_out_is_no_loss() -> None:
    assert kind(LEASED, LEASED) == ""


def test_an_attempt_that_is_counted_is_not_done_twice() -> None:
    marking = Known({"job": (1, "new")}, {"job": (1, "done, 1 try")}, ("job",))
    left: Details = {"job": (1, "taken, 1 try")}

    assert judged(marking, left, {"job": (1, "done, 2 tries")}, "") == Judged()
