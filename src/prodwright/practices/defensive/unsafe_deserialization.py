"""Loading pickled data runs whatever code its author put into it.

Whoever can write to the cache, the queue or the file that is read here owns the
process. The same holds for `marshal`, `shelve`, `jsonpickle` and YAML with the
full loader.
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
    cst,
    keyword,
    only_value,
)

EXAMPLES = (
    Example(
        bad="""
            import yaml


            def settings(stream):
                return yaml.load(stream, Loader=yaml.Loader)  # flagged
        """,
        good="""
            import yaml


            def settings(stream):
                return yaml.safe_load(stream)
        """,
    ),
    Example(
        bad="""
            import yaml


            def settings(stream):
                return yaml.unsafe_load(stream)  # flagged
        """,
        good="""
            import yaml


            def settings(stream):
                return yaml.safe_load(stream)
        """,
    ),
)

_LOADS = frozenset(
    {
        "pickle.load",
        "pickle.loads",
        "pickle.Unpickler",
        "_pickle.loads",
        "cPickle.load",
        "cPickle.loads",
        "dill.load",
        "dill.loads",
        "cloudpickle.load",
        "cloudpickle.loads",
        "marshal.load",
        "marshal.loads",
        "shelve.open",
        "jsonpickle.decode",
        "joblib.load",
        "pandas.read_pickle",
    }
)
_UNSAFE_YAML = frozenset({"yaml.unsafe_load", "yaml.unsafe_load_all"})
# A program's own files are another matter: whoever writes them has its rights.
_OUTSIDE = re.compile(r"(?i)response\b|\brequest|download|\burl|recv|socket|cookie")
_VERIFIED = re.compile(r"(?i)hmac|signature|verify|decrypt|integrity|signed|_tag\b")
_YAML = frozenset({"yaml.load", "yaml.load_all"})
_UNSAFE_LOADERS = frozenset({"yaml.Loader", "yaml.UnsafeLoader", "yaml.CLoader"})


def check(source: Source) -> Iterator[Site]:
    packages = {each.partition(".")[0] for each in _LOADS | _YAML}
    if not source.imports(*packages):
        return
    for call in source.calls_to(_LOADS | _YAML | _UNSAFE_YAML):
        name = source.called(call)
        unsafe = name in _YAML and _is_unsafe_yaml(source, call)
        unsafe = unsafe or name in _UNSAFE_YAML
        guessed = name in _LOADS and _comes_from_outside(source, call)
        message = f"{name} runs code that the data contains"
        if unsafe:
            yield Site(node=call, message=message)
        elif guessed and not _is_own_data(source, call):
            # A name is a guess; that it comes from outside the data flow shows.
            yield Site(node=call, message=message, severity=Severity.NOTE)


def _is_unsafe_yaml(source: Source, call: ast.Call) -> bool:
    loader = keyword(call, "Loader")
    if len(call.args) > 1:
        loader = call.args[1]
    if any(each.arg is None for each in call.keywords):
        return False
    return loader is None or source.qualified(loader) in _UNSAFE_LOADERS


def _comes_from_outside(source: Source, call: ast.Call) -> bool:
    """What is loaded has the name of something that somebody sends."""
    given = [*call.args[:1], *(each.value for each in call.keywords)]
    texts = [source.segment(each) for each in given]
    texts += [
        source.segment(known)
        for each in given
        if (known := only_value(source, each)) is not each and source.parent(known)
    ]
    function = source.function_of(call)
    around = source.segment(function) if function is not None else ""
    if _VERIFIED.search(around):
        return False
    return any(_OUTSIDE.search(text) for text in texts)


def _is_own_data(source: Source, call: ast.Call) -> bool:
    """`loads(dumps(value))` only copies; what is called pickled was pickled by us."""
    match call.args:
        case [ast.Call() as inner]:
            return (source.called(inner) or "").endswith(".dumps")
        case [ast.Name(id=name) | ast.Attribute(attr=name)]:
            return name.lstrip("_").startswith("pickled")
        case _:
            return False


def mend(node: cst.Call, mending: Mending) -> Mended | None:
    call = mending.site.node
    assert isinstance(call, ast.Call)
    name = mending.source.called(call) or ""
    if not name.startswith("yaml.") or not isinstance(node.func, cst.Attribute):
        return None
    safe = "safe_load_all" if name.endswith("_all") else "safe_load"
    func = node.func.with_changes(attr=cst.Name(safe))
    kept = [each for each in node.args[:2] if _is_stream(each)]
    if len(kept) != 1 or len(node.args) > _STREAM_AND_LOADER:
        return None
    stream = kept[0].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return Mended(node.with_changes(func=func, args=[stream]))


_STREAM_AND_LOADER = 2


def _is_stream(given: cst.Arg) -> bool:
    """The loader comes by its name, or by its place as `yaml.Loader`."""
    if given.keyword is not None:
        return given.keyword.value == "stream"
    match given.value:
        case cst.Attribute(attr=cst.Name(value=name)) | cst.Name(value=name):
            return not given.star and "Loader" not in name
        case _:
            return not given.star


REPAIR = Rewrite(
    summary="Load YAML with the safe loader; exchange other formats for JSON with a "
    "schema, or sign the data and verify before loading",
    at="Call",
    mend=mend,
    safe=False,
)

HAZARD = Hazard(
    title="Read data, not code",
    practice="distrust-external-data",
    severity=Severity.HIGH,
    check=check,
    flow=Flow("deserialization", says="is loaded, and runs code if it holds any"),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-502", "ASVS 5 1.5.2"),
)
