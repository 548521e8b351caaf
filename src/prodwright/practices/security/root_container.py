"""A container that runs as root gives whoever breaks into it root's rights.

They may write everywhere in the image, bind any port and read every mounted secret;
one hole in the kernel or one mounted socket later they are root on the host.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad={
            "Dockerfile": """
                FROM python:3.12-slim AS build
                RUN pip wheel --wheel-dir /wheels .

                FROM python:3.12-slim  # flagged
                COPY --from=build /wheels /wheels
                CMD ["python", "-m", "service"]
            """,
        },
        good={
            "Dockerfile": """
                FROM python:3.12-slim AS build
                RUN pip wheel --wheel-dir /wheels .

                FROM python:3.12-slim
                COPY --from=build /wheels /wheels
                RUN useradd --system --uid 10001 service
                USER 10001
                CMD ["python", "-m", "service"]
            """,
        },
    ),
    Example(
        bad={
            "Dockerfile": """
                FROM python:3.12-slim
                USER service
                RUN echo built
                USER root  # flagged
                CMD ["python", "-m", "service"]
            """,
        },
        good={
            "Dockerfile": """
                FROM python:3.12-slim
                USER root
                RUN apt-get update
                USER service
                CMD ["python", "-m", "service"]
            """,
        },
    ),
    Example(
        bad={
            "compose.yaml": """
                services:
                  web:
                    image: shop
                    user: "0:0"  # flagged
                  worker:
                    image: shop
                    privileged: true  # flagged
            """,
        },
        good={
            "compose.yaml": """
                services:
                  web:
                    image: shop
                    user: "10001:10001"
                  worker:
                    image: shop
                    cap_drop: [ALL]
            """,
        },
    ),
    Example(
        bad={
            "deployment.yaml": """
                apiVersion: apps/v1
                kind: Deployment
                spec:
                  template:
                    spec:
                      containers:
                        - name: web
                          securityContext:
                            runAsUser: 0  # flagged
                            allowPrivilegeEscalation: true  # flagged
            """,
        },
        good={
            "deployment.yaml": """
                apiVersion: apps/v1
                kind: Deployment
                spec:
                  template:
                    spec:
                      containers:
                        - name: web
                          securityContext:
                            runAsNonRoot: true
                            runAsUser: 10001
                            allowPrivilegeEscalation: false
            """,
        },
    ),
)

_RECIPES = (
    "Dockerfile",
    "Dockerfile.*",
    "*.Dockerfile",
    "*.dockerfile",
    "Containerfile",
)
_SETTINGS = tuple(
    f"{name}.{suffix}"
    for name in (
        *("compose*", "docker-compose*", "*deployment*", "*statefulset*"),
        *("*daemonset*", "*cronjob*", "*pod*"),
    )
    for suffix in ("yaml", "yml")
)
_ROOT = re.compile(r"""(?x) ["']? (root|0) (:\w+)? ["']? (\s|\#|$)""")
# Images that come with a user of their own, or whose entry point gives up root.
_OWN_USER = re.compile(
    r"(?i)nonroot|rootless|unprivileged|distroless|chainguard|bitnami|postgres|redis"
    r"|mysql|mariadb|mongo|rabbitmq|elasticsearch|grafana|prom/|scratch|devcontainers?/"
    r"|jenkins|sonarqube|keycloak|apache/(airflow|superset)|jupyter|manylinux|\$"
)
_DROPS = re.compile(r"\b(gosu|su-exec|setpriv|runuser|s6-setuidgid|chpst)\b")
_HERE = re.compile(r"(?i)^\s*(CMD|ENTRYPOINT)\b")
_ASIDE = re.compile(r"(?i)(^|[/._-])(dev|devel|test|tests|ci|build|builder|base|bench)")


def check(source: Source) -> Iterator[Site]:
    """Yield where a container is told, or left, to run as root."""
    if source.path.endswith((".yaml", ".yml")):
        yield from _in_settings(source)
    else:
        yield from _in_recipe(source)


def _in_recipe(source: Source) -> Iterator[Site]:
    """The last stage is what runs; what it starts from may be one above it."""
    if _ASIDE.search(source.path) or _DROPS.search(source.text):
        return
    stages = _stages(source)
    if not stages or not any(_HERE.match(line) for line in source.lines):
        return
    line, image, user = stages[-1]
    told = {name: (at, who) for at, _, who, name in _named(source) if name}
    while user is None and image in told:
        at, user = told.pop(image)
        image = next(each for number, each, _ in stages if number == at)
    if user is None and not _OWN_USER.search(image):
        yield _site(source, line, "nothing gives up root before the program starts")
    elif user is not None and _ROOT.match(user[1]):
        yield _site(source, user[0], "the program runs as root")


_User = tuple[int, str] | None


def _stages(source: Source) -> list[tuple[int, str, _User]]:
    """Return the line, the image and the last user of each stage."""
    return [(line, image, user) for line, image, user, _ in _named(source)]


def _named(source: Source) -> list[tuple[int, str, _User, str]]:
    stages: list[tuple[int, str, _User, str]] = []
    for number, line in enumerate(source.lines, start=1):
        words = [each for each in line.split() if not each.startswith("--")]
        match words:
            case [word, image, *rest] if word.upper() == "FROM":
                name = rest[1] if len(rest) > 1 and rest[0].upper() == "AS" else ""
                stages.append((number, image, None, name))
            case [word, user, *_] if word.upper() == "USER" and stages:
                begin, image, _, name = stages[-1]
                stages[-1] = (begin, image, (number, user), name)
    return stages


def _in_settings(source: Source) -> Iterator[Site]:
    """Settings of Compose or Kubernetes, by the words that only they have."""
    is_compose = re.search(r"(?m)^services:", source.text) is not None
    is_pod = "containers:" in source.text and re.search(r"(?m)^kind:", source.text)
    if not (is_compose or is_pod) or _ASIDE.search(source.path):
        return
    for number, line in enumerate(source.lines, start=1):
        key, _, value = line.strip().removeprefix("- ").partition(":")
        message = _told(key, value.strip(), is_compose=is_compose)
        if message:
            yield _site(source, number, message)


def _told(key: str, value: str, *, is_compose: bool) -> str:
    is_on = value.split("#")[0].strip() == "true"
    if key == "privileged" and is_on:
        return "the container may do to the host what root may"
    if is_compose:
        is_root = key == "user" and _ROOT.match(value)
        return "the program runs as root" if is_root else ""
    if key == "runAsUser" and _ROOT.match(value):
        return "the program runs as root"
    if key == "allowPrivilegeEscalation" and is_on:
        return "the program may become root"
    return ""


def _site(source: Source, line: int, message: str) -> Site:
    """A line of a text has no node; a bare statement stands for it."""
    end = len(source.lines[line - 1].encode())
    place = ast.Pass(lineno=line, col_offset=0, end_lineno=line, end_col_offset=end)
    return Site(node=place, message=message)


REPAIR = Brief(
    summary="Make a user in the image and name it, by number, with `USER` after the "
    "last step that needs root; in Kubernetes also `runAsNonRoot: true`"
)

HAZARD = Hazard(
    title="Run containers as a user without rights",
    practice="least-privilege",
    severity=Severity.MEDIUM,
    check=check,
    files=(*_RECIPES, *_SETTINGS),
    repair=REPAIR,
    examples=EXAMPLES,
    references=(
        "CWE-250",
        "CIS Docker Benchmark 4.1",
        "NIST SP 800-190 4.1.2",
        "Kubernetes Pod Security Standards: restricted",
    ),
)
