"""What a review keeps of its own positive controls is believed only where it may be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from prodwright.analysis import project_of
from prodwright.analysis.models import load
from prodwright.api.own_knowledge import OwnKnowledge, own_knowledge
from prodwright.gate.stages.static import judge_statically
from prodwright.kit import Hazard
from prodwright.practices import find_hazard


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "code").mkdir()
    return {"PRODWRIGHT_CACHE_DIR": str(tmp_path / "cache")}


def broken(name: str) -> Hazard:
    """Return a hazard that sees nothing any more."""
    return replace(find_hazard(name), check=lambda source: [])


def seeing(name: str) -> Hazard:
    return find_hazard(name)


def kept(variables: dict[str, str], tmp_path: Path) -> OwnKnowledge:
    return own_knowledge(variables, tmp_path / "code")


def test_a_control_that_caught_its_defect_is_not_run_again(
    variables: dict[str, str], tmp_path: Path
) -> None:
    first = kept(variables, tmp_path)
    assert first.blind((seeing("bare-except"),)) == ()
    first.keep()

    # Had it been run again, the hazard that sees nothing would have been told.
    assert kept(variables, tmp_path).blind((broken("bare-except"),)) == ()


def test_a_control_that_missed_its_defect_is_run_again(
    variables: dict[str, str], tmp_path: Path
) -> None:
    first = kept(variables, tmp_path)
    assert first.blind((broken("bare-except"),)) == ("bare-except",)
    first.keep()

    assert kept(variables, tmp_path).blind((seeing("bare-except"),)) == ()
    assert kept(variables, tmp_path).blind((broken("bare-except"),)) == ("bare-except",)


def test_a_damaged_entry_means_running_them_again(
    variables: dict[str, str], tmp_path: Path
) -> None:
    first = kept(variables, tmp_path)
    first.blind((seeing("bare-except"),))
    first.keep()
    (place,) = (tmp_path / "cache" / "own").glob("*.records")
    content = bytearray(place.read_bytes())
    content[-1] ^= 1
    place.write_bytes(content)

    assert kept(variables, tmp_path).blind((broken("bare-except"),)) == ("bare-except",)


def test_what_lies_in_the_reviewed_code_is_not_believed(tmp_path: Path) -> None:
    inside = {"PRODWRIGHT_CACHE_DIR": str(tmp_path / "code" / "cache")}
    (tmp_path / "code").mkdir()
    forged = own_knowledge(inside, tmp_path / "elsewhere")
    forged.blind((seeing("bare-except"),))
    forged.keep()
    assert list((tmp_path / "code" / "cache" / "own").iterdir())

    found = own_knowledge(inside, tmp_path / "code")
    assert found.blind((broken("bare-except"),)) == ("bare-except",)


def test_other_code_or_another_interpreter_knows_nothing(
    variables: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = kept(variables, tmp_path)
    first.blind((seeing("bare-except"),))
    first.keep()
    monkeypatch.setattr(
        "prodwright.api.own_knowledge.own_fingerprint", lambda: b"other"
    )
    assert kept(variables, tmp_path).blind((broken("bare-except"),)) == ("bare-except",)


def test_without_a_cache_nothing_is_kept(tmp_path: Path) -> None:
    first = own_knowledge(None, tmp_path)
    first.blind((seeing("bare-except"),))
    first.keep()
    assert own_knowledge(None, tmp_path).blind((broken("bare-except"),))


def test_models_come_back_as_they_were_kept(
    variables: dict[str, str], tmp_path: Path
) -> None:
    first = kept(variables, tmp_path)
    wanted = {"django", "flask", "requests"}
    assert first.models(wanted, ()) == load(wanted)
    first.keep()

    again = kept(variables, tmp_path)
    found = again.models(wanted, ())

    assert isinstance(again.kept_models["django flask requests"], tuple)
    assert found == load(wanted)
    assert [type(each) for each in found.entries] == [
        type(each) for each in load(wanted).entries
    ]
    assert found.sinks["os.system"][0].category == "command"


def test_damaged_models_are_read_again(
    variables: dict[str, str], tmp_path: Path
) -> None:
    first = kept(variables, tmp_path)
    first.models(set(), ())
    first.keep()
    (place,) = (tmp_path / "cache" / "own").glob("*.modules")
    place.write_bytes(b"\0" * place.stat().st_size)

    assert kept(variables, tmp_path).models(set(), ()) == load(())


def test_what_comes_later_is_kept_where_there_were_no_models_at_first(
    variables: dict[str, str], tmp_path: Path
) -> None:
    first = kept(variables, tmp_path)
    first.blind((seeing("bare-except"),))
    first.keep()
    later = kept(variables, tmp_path)
    later.models({"flask"}, ())
    later.keep()

    assert isinstance(kept(variables, tmp_path).kept_models["flask"], tuple)


def test_a_users_own_models_are_read_each_time(
    variables: dict[str, str], tmp_path: Path
) -> None:
    own = ("own.toml", '[[clean]]\nnames = ["shop.tidy"]\n')
    first = kept(variables, tmp_path)

    assert "shop.tidy" in first.models(set(), (own,)).clean
    assert first.kept_models == {}


def test_a_gate_runs_its_controls_whatever_is_kept(
    variables: dict[str, str], tmp_path: Path
) -> None:
    first = kept(variables, tmp_path)
    first.blind((seeing("bare-except"),))
    first.keep()

    judged = judge_statically(project_of({}), (broken("bare-except"),))

    assert judged.control.missed == ("bare-except",)
