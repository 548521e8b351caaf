"""Without an extra, whatever needs it names it and how to get it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests_support import Repository

pytestmark = pytest.mark.slow
# What the core brings along may be found; whatever an extra brings, may not.
BLOCKED = """
import sys
from importlib.abc import MetaPathFinder


class Blocker(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {missing!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Blocker())
from prodwright.cli import main

sys.exit(main())
"""
EVERY = (
    *("acp", "anyio", "genai_prices", "httpx", "httpx2", "mcp", "openai"),
    *("opentelemetry", "pydantic_ai", "starlette", "uvicorn"),
)


def blocked(
    folder: Path, missing: tuple[str, ...], *words: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BLOCKED.format(missing=missing), *words],
        cwd=folder,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("extra", "words", "variables"),
    [
        ("mcp", ("mcp",), {}),
        ("mcp", ("mcp", "--http", "--port", "0"), {}),
        ("acp", ("acp",), {}),
        ("acp", ("build", "It.", "--agent", "/usr/bin/env agent"), {}),
        ("model", ("build", "It.", "--model", "openai:gpt-5"), {}),
        ("model", ("harden", "--model", "ollama:qwen3"), {}),
        ("telemetry", ("harden",), {"OTEL_TRACES_EXPORTER": "otlp"}),
    ],
)
def test_what_needs_an_extra_names_it(
    repository: Repository,
    extra: str,
    words: tuple[str, ...],
    variables: dict[str, str],
) -> None:
    git = repository({"a.py": "x = 1\n"})

    done = blocked(git.root, EVERY, *words, **variables)

    assert f"pip install 'prodwright[{extra}]'" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode in (2, 3)


@pytest.mark.parametrize("words", [("doctor",), ("review",), ("--help",), ("harden",)])
def test_what_needs_no_extra_does_without(
    repository: Repository, words: tuple[str, ...]
) -> None:
    git = repository({"a.py": "x = 1\n"})

    done = blocked(git.root, EVERY, *words)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("missing", "extra", "words"),
    [
        ("uvicorn", "mcp", ("mcp", "--http", "--port", "0")),
        ("openai", "model", ("build", "It.", "--model", "openai:gpt-5")),
        ("genai_prices", "model", ("build", "It.", "--model", "openai:gpt-5")),
        ("opentelemetry", "telemetry", ("harden",)),
    ],
)
def test_an_extra_that_is_there_in_part_is_named(
    repository: Repository, missing: str, extra: str, words: tuple[str, ...]
) -> None:
    git = repository({"a.py": "x = 1\n"})
    told = {"OTEL_TRACES_EXPORTER": "otlp", "OPENAI_API_KEY": "k" * 20}

    done = blocked(git.root, (missing,), *words, **told)

    assert f"pip install 'prodwright[{extra}]'" in done.stderr
    assert "Traceback" not in done.stderr
