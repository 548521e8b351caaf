"""Output is kept within bounds, its beginning and its end."""

from __future__ import annotations

from prodwright.adapters.sandbox.captured_output import CapturedOutput


def test_short_output_is_kept_whole() -> None:
    output = CapturedOutput(10)
    output.add(b"01234")
    output.add(b"56789")

    assert output.text == "0123456789"


def test_long_output_keeps_beginning_and_end() -> None:
    output = CapturedOutput(10)
    for digit in b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        output.add(bytes([digit]))

    assert output.text == "01234\n[...]\nVWXYZ"


def test_one_long_piece_is_cut_as_well() -> None:
    output = CapturedOutput(10)
    output.add(b"x" * 1000 + b"end")

    assert output.text == "xxxxx\n[...]\nxxend"


def test_line_ends_of_windows_are_line_ends() -> None:
    output = CapturedOutput()
    output.add(b"a\r\nb\rc")

    assert output.text == "a\nb\N{REPLACEMENT CHARACTER}c"
