"""`await upload.read()` takes into memory whatever a stranger sends.

A file of two gigabytes, sent by ten people at once, ends the process, and with
it every request that it was serving.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Function, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad="""
            from fastapi import FastAPI, UploadFile

            app = FastAPI()


            @app.post("/avatars")
            async def upload(image: UploadFile):
                data = await image.read()  # flagged
                return {"bytes": len(data)}
        """,
        good="""
            from fastapi import FastAPI, HTTPException, UploadFile

            MOST_BYTES = 2_000_000
            app = FastAPI()


            @app.post("/avatars")
            async def upload(image: UploadFile):
                data = await image.read(MOST_BYTES + 1)
                if len(data) > MOST_BYTES:
                    raise HTTPException(413)
                return {"bytes": len(data)}
        """,
    ),
    Example(
        bad="""
            import requests


            def download(url, target):
                reply = requests.get(url, stream=True, timeout=10)
                target.write(reply.content)  # flagged
        """,
        good="""
            import requests

            CHUNK_BYTES = 65_536


            def download(url, target):
                reply = requests.get(url, stream=True, timeout=10)
                for chunk in reply.iter_content(CHUNK_BYTES):
                    target.write(chunk)
        """,
    ),
)

_UPLOADS = frozenset(
    {
        "fastapi.UploadFile",
        "starlette.datastructures.UploadFile",
        "fastapi.datastructures.UploadFile",
    }
)
_STREAMING = frozenset({"requests.get", "requests.post", "requests.request"})


def check(source: Source) -> Iterator[Site]:
    if source.imports("fastapi", "starlette"):
        for function in source.functions():
            yield from _uploads(source, function)
    if source.imports("requests"):
        yield from _streams(source)


def _uploads(source: Source, function: Function) -> Iterator[Site]:
    arguments = [*function.args.args, *function.args.kwonlyargs]
    given = {each.arg for each in arguments if _is_upload(source, each.annotation)}
    if not given or _is_measured(function, given):
        return
    for node in ast.walk(function):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="read"), args=[]
            ) if name in given:
                yield Site(node=node, message=f"all of {name!r} goes into memory")


def _is_upload(source: Source, annotation: ast.expr | None) -> bool:
    if annotation is None:
        return False
    parts = (node for node in ast.walk(annotation) if isinstance(node, ast.expr))
    return any(source.qualified(each) in _UPLOADS for each in parts)


def _is_measured(function: Function, given: set[str]) -> bool:
    """Its size is looked at, here or in what checks uploads."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in ("size", "content_length", "seek")
        and isinstance(node.value, ast.Name)
        and node.value.id in given
        for node in ast.walk(function)
    )


def _streams(source: Source) -> Iterator[Site]:
    for node in source.nodes(ast.Attribute):
        if node.attr not in ("content", "text") or not isinstance(node.value, ast.Name):
            continue
        call = _assigned(source, node)
        if call is not None and _is_streamed(call):
            message = "the stream is read whole into memory after all"
            yield Site(node=node, message=message)


def _assigned(source: Source, node: ast.Attribute) -> ast.Call | None:
    """Return the only call whose result the variable holds in this function."""
    assert isinstance(node.value, ast.Name)
    function = source.function_of(node)
    found = [
        each.value
        for each in source.nodes(ast.Assign)
        if source.function_of(each) is function
        and [ast.dump(target) for target in each.targets]
        == [ast.dump(ast.Name(id=node.value.id, ctx=ast.Store()))]
    ]
    match found:
        case [ast.Call() as call] if source.called(call) in _STREAMING:
            return call
        case _:
            return None


def _is_streamed(call: ast.Call) -> bool:
    return any(
        each.arg == "stream"
        and isinstance(each.value, ast.Constant)
        and each.value.value is True
        for each in call.keywords
    )


REPAIR = Brief(
    summary="Read in pieces up to a limit, refuse what is larger with 413, and write "
    "pieces to where they belong instead of collecting them"
)

HAZARD = Hazard(
    title="Read only as much as there is room for",
    practice="memory",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-770", "OWASP ASVS 5.0 5.2.1"),
)
