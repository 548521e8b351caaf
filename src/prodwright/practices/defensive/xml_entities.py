"""A kilobyte of nested entities expands to gigabytes while the parser reads it.

With external entities some parsers also read local files or call internal
addresses for whoever wrote the document. The standard library's parsers are not
meant for documents from outside.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import (
    Example,
    Flow,
    Hazard,
    Mended,
    Mending,
    Rewrite,
    Severity,
    Site,
    Source,
    constant,
    cst,
    keyword,
)

EXAMPLES = (
    Example(
        bad="""
            import xml.etree.ElementTree


            def parse(body):
                return xml.etree.ElementTree.fromstring(body)  # flagged
        """,
        good="""
            import xml.etree.ElementTree
            import defusedxml.ElementTree


            def parse(body):
                return defusedxml.ElementTree.fromstring(body)
        """,
    ),
)

_PARSERS = {
    "xml.etree.ElementTree": ("parse", "fromstring", "iterparse", "XML"),
    "xml.etree.cElementTree": ("parse", "fromstring", "iterparse", "XML"),
    "xml.dom.minidom": ("parse", "parseString"),
    "xml.dom.pulldom": ("parse", "parseString"),
    "xml.sax": ("parse", "parseString", "make_parser"),
}


def _parses(name: str) -> bool:
    module, _, function = name.rpartition(".")
    return function in _PARSERS.get(module, ()) or name == "lxml.etree.XMLParser"


def check(source: Source) -> Iterator[Site]:
    if not source.imports("xml", "lxml"):
        return
    for call in source.calls_where(_parses):
        name = source.called(call) or ""
        module, _, function = name.rpartition(".")
        if function in _PARSERS.get(module, ()):
            if _is_from_outside(source, call):
                message = f"{name} expands entities without a limit"
                yield Site(node=call, message=message)
        elif name == "lxml.etree.XMLParser" and _resolves(call):
            yield Site(node=call, message="the parser resolves external entities")


_OUTSIDE = re.compile(
    r"(?i)\b\w*(request|body|payload|upload|webhook|soap|saml)\w*\b"
    r"|\.recv\("
)
# The answer of a service that the code itself chose to ask.
_ANSWER = re.compile(r"(?i)resp|reply|answer|result|urlopen|requests\.|httpx\.")


def _is_from_outside(source: Source, call: ast.Call) -> bool:
    """Named for what somebody sent; own files and asked-for answers are trusted."""
    made = [each for given in call.args[:1] for each in _origins(source, given)]
    texts = [source.segment(each) for each in made or call.args[:1]]
    own = any(word in text for text in texts for word in _OWN)
    if own or any(_ANSWER.search(text) for text in texts):
        return False
    return any(_OUTSIDE.search(text) for text in texts)


def _origins(source: Source, given: ast.expr) -> list[ast.expr]:
    """What the names in `given` were assigned, on any way through the function."""
    return [
        value
        for name in ast.walk(given)
        if isinstance(name, ast.Name)
        for value in source.names.values_of(name.id, name)
        if isinstance(source.parent(value), ast.Assign | ast.AnnAssign)
    ]


_OWN = ("tostring", "stdout", "communicate", "check_output", "Path", "path")


def _resolves(call: ast.Call) -> bool:
    options = ("resolve_entities", "load_dtd")
    return any(constant(keyword(call, option)) is True for option in options)


def mend(node: cst.Call, mending: Mending) -> Mended | None:
    call = mending.site.node
    assert isinstance(call, ast.Call)
    name = mending.source.called(call) or ""
    module, _, function = name.rpartition(".")
    if module not in _PARSERS or function == "make_parser":
        return None
    defused = "defusedxml." + module.rpartition(".")[2].replace("cElement", "Element")
    func = cst.parse_expression(f"{defused}.{function}")
    return Mended(node.with_changes(func=func), (defused,))


REPAIR = Rewrite(
    summary="Parse with `defusedxml`, which refuses entities and external references",
    at="Call",
    mend=mend,
    safe=False,
)

HAZARD = Hazard(
    title="Parse XML with a parser that refuses entities",
    practice="distrust-external-data",
    preview=True,
    severity=Severity.MEDIUM,
    check=check,
    flow=Flow("xml", says="may name files and hosts to be read"),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-611", "CWE-776", "ASVS 5 1.5.1", "Python docs: XML security"),
)
