"""Whether a review sees all of a service."""

import pytest

from prodwright.analysis.project import project_of
from prodwright.kit import lacks_files
from prodwright.practices import load_hazards

MAIN = """
from fastapi import FastAPI
{imported}

app = FastAPI()
app.include_router(router)


@app.get("/orders")
def orders():
    return []
"""
HEALTH = '@router.get("/livez")\ndef live():\n    return {"status": "up"}\n'


@pytest.mark.parametrize(
    ("imported", "missing"),
    [
        ("from app.health import router", True),
        ("from .health import router", True),
        ("from ..app.health import router", True),
        ("from .. import health", True),
        ("from . import health", True),
        ("from ....elsewhere import router", False),
        ("from shop.health import router", False),
        ("import app", False),
    ],
)
def test_a_module_of_the_own_package_may_be_out_of_sight(
    imported: str, *, missing: bool
) -> None:
    project = project_of({"svc/app/main.py": MAIN.format(imported=imported)})

    assert lacks_files(project, project.sources) is missing


@pytest.mark.parametrize(
    "imported",
    [
        "from app.health import router",
        "from .health import router",
        "from ..app.health import router",
        "from . import health",
    ],
)
@pytest.mark.parametrize("folder", ["", "svc/", "above/svc/"])
def test_a_module_is_found_from_whatever_folder_it_is_seen(
    imported: str, folder: str
) -> None:
    files = {"app/main.py": MAIN.format(imported=imported), "app/health.py": HEALTH}
    project = project_of({folder + path: text for path, text in files.items()})

    assert not lacks_files(project, project.sources)


def test_one_file_of_a_service_is_not_told_what_the_service_lacks() -> None:
    hazard = next(each for each in load_hazards() if each.name == "no-liveness")
    text = MAIN.format(imported="from app.health import router")
    assert hazard.check_project is not None

    alone = project_of({"svc/app/main.py": text})
    whole = project_of({"svc/app/main.py": text, "svc/app/health.py": "router = 1"})

    assert not list(hazard.check_project(alone))
    assert len(list(hazard.check_project(whole))) == 1
