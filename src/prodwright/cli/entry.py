"""The one entry point: signals become errors, errors become one line."""

from __future__ import annotations

import contextlib
import signal
import sys
from types import FrameType

from prodwright.core.errors import ProdwrightError, Stopped
from prodwright.core.stop import StopReason


def main() -> int:
    """Run the command line and return its exit code."""
    from prodwright.cli.streams import prepare_streams

    prepare_streams()
    signal.signal(signal.SIGTERM, _terminate)
    try:
        return _dispatch()
    except ProdwrightError as error:
        _say(f"error[{error.code}]: {error}", hint=error.hint)
        return error.reason.exit_code
    except KeyboardInterrupt:
        _say("interrupted", hint=None)
        return StopReason.INTERRUPTED.exit_code
    except OSError as error:
        return _refused(error)


def _dispatch() -> int:
    import click

    from prodwright.cli.groups import root

    try:
        code = root.main(prog_name="prodwright", standalone_mode=False)
    except SystemExit as ending:
        code = ending.code
    except click.exceptions.Abort as error:
        raise KeyboardInterrupt from error
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return StopReason.INPUT_ERROR.exit_code
    except click.ClickException as error:
        _say(f"error[usage]: {error.format_message()}", hint=_usage_hint(error))
        return StopReason.INPUT_ERROR.exit_code
    return code if isinstance(code, int) else 0


def _usage_hint(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "prodwright"
    return f"`{path} --help` shows what it takes"


def _refused(error: OSError) -> int:
    from pathlib import Path

    from prodwright.adapters.files import refusal

    # Whoever opens a file names it; what is left is where we are and what we print to.
    nowhere = isinstance(error, FileNotFoundError)
    told = refusal(error, Path("current folder" if nowhere else "standard output"))
    _say(f"error[{told.code}]: {told}", hint=told.hint)
    return told.reason.exit_code


def _terminate(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Stopped("terminated", hint="`prodwright runs list` shows what can be resumed")


def _say(line: str, hint: str | None) -> None:
    from prodwright.core.printing import printable

    lines = [line.replace("\n", " "), f"  hint: {hint}"] if hint else [line]
    with contextlib.suppress(OSError):
        sys.stderr.write("".join(f"{printable(each)}\n" for each in lines))
