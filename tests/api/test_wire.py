from __future__ import annotations

import json
import os
import threading

from prodwright.api.wire import Wire
from prodwright.core.errors import NeedsInput


def _read(reading: int) -> list[dict[str, object]]:
    with os.fdopen(reading, "rb") as lines:
        return [json.loads(line) for line in lines]


def test_each_event_is_one_line_also_when_threads_tell_at_once() -> None:
    reading, writing = os.pipe()
    wire = Wire(writing)
    texts = ["x" * 3_000 + str(number) for number in range(16)]
    heard: list[dict[str, object]] = []
    reader = threading.Thread(target=lambda: heard.extend(_read(reading)))
    reader.start()
    tellers = [threading.Thread(target=wire.note, args=[text]) for text in texts]
    for each in tellers:
        each.start()
    for each in tellers:
        each.join()
    os.close(writing)
    reader.join()
    assert sorted(str(each["text"]) for each in heard) == sorted(texts)


def test_a_failure_is_told_with_its_hint_and_gives_the_exit_code() -> None:
    reading, writing = os.pipe()
    code = Wire(writing).failed(NeedsInput("no plan", hint="say more"))
    os.close(writing)
    (event,) = _read(reading)
    assert code == 4
    assert event["error"] == {
        "code": NeedsInput("", hint="").code,
        "message": "no plan",
        "hint": "say more",
    }


def test_telling_somebody_who_is_gone_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    Wire(writing).show(["a line"])
    os.close(writing)
