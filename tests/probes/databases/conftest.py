"""A server for the tests of this folder, or a word why they are skipped."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from probes.databases.servers import NoServer, running


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Yield the address of a server that is there for these tests alone."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    pytest.importorskip("asyncpg", reason="asyncpg is not installed")
    with ExitStack() as stack:
        # A socket's path must be short, and pytest's own folders are not.
        place = Path(tempfile.mkdtemp(prefix="pg"))
        try:
            address = stack.enter_context(running(place))
        except NoServer as error:
            pytest.skip(f"no PostgreSQL server can be started: {error}")
        yield address
