"""Who waits for whom in a PostgreSQL server."""

from __future__ import annotations

import os

from prodwright.probes.postgres.addresses import Address
from prodwright.probes.postgres.wire import Refused, Session


class Blocking:
    """Asks servers whether one of their processes waits for another.

    A session is kept for each; a forked child has sessions of its own.
    """

    def __init__(self) -> None:
        self._sessions: dict[tuple[int, Address], Session] = {}

    def waits(self, address: Address, process: int) -> bool | None:
        """Tell whether a process of a server waits for a lock; None: unknown.

        Args:
            address: Of a database of that server.
            process: Its number there.
        """
        key = (os.getpid(), address)
        try:
            if key not in self._sessions:
                self._sessions[key] = Session(address)
            question = f"select cardinality(pg_blocking_pids({process})) > 0"
            ((answer,),) = self._sessions[key].rows(question)
        except (Refused, ValueError):
            return None
        return answer == ("t",)


BLOCKING = Blocking()
