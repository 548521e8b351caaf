"""`verdict`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from anyio import to_thread
from mcp.server.mcpserver.tools import Tool
from pydantic import Field

from prodwright.api.recalling import Recalled, recall
from prodwright.delivery.document import SCHEMA_VERSION
from prodwright.mcp.answering import READS, made
from prodwright.mcp.documents import standings
from prodwright.mcp.office import Office
from prodwright.mcp.parameters import Folder

Standing = Literal["", "proven", "checked", "violated", "not applicable", "unverified"]


def tool(office: Office) -> Tool:
    """Return the tool."""

    async def verdict(
        *,
        run: Annotated[
            str, Field(max_length=100, description="Empty: the newest with a report.")
        ] = "",
        folder: Folder = "",
        practice: Annotated[str, Field(max_length=100)] = "",
        module: Annotated[
            str, Field(max_length=4096, description="Path of a module or folder.")
        ] = "",
        standing: Standing = "",
        most: Annotated[int, Field(ge=1, le=1000)] = 100,
    ) -> dict[str, Any]:
        """Return the verdicts of a finished run, and whether its evidence is intact.

        One verdict for each practice and module: proven, checked, violated, not
        applicable or unverified, each with its reason and evidence.
        """
        around = office.surroundings(office.place_of(run, folder))
        recalled = await to_thread.run_sync(recall, run, around)
        wanted = {"practice": practice, "verdict": standing}
        return _document(recalled, wanted, module, most)

    title = "Verdicts of a run"
    return made(verdict, title=title, returns=("verdicts",), hints=READS)


def _document(
    recalled: Recalled, wanted: dict[str, str], module: str, most: int
) -> dict[str, Any]:
    document = recalled.document
    matching = [
        each
        for each in document["verdicts"]
        if all(each[key] == value for key, value in wanted.items() if value)
        and (not module or f"{each['module']}/".startswith(f"{module.rstrip('/')}/"))
    ]
    return {
        "schema_version": SCHEMA_VERSION,
        "run": recalled.record.id,
        "stop_reason": document["stop_reason"],
        "exit_code": document["exit_code"],
        "standings": standings(document),
        "matching": len(matching),
        "verdicts": matching[:most],
        "damaged": list(recalled.damaged),
    }
