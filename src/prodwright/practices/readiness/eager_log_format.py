"""A log message formatted by hand cannot be grouped, and costs even when unused.

Error trackers see ten thousand different messages in place of one with ten
thousand values, and the text is built for levels that are switched off.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Example,
    Hazard,
    Mended,
    Mending,
    Rewrite,
    Severity,
    Site,
    Source,
    cst,
    standard_logger,
)

EXAMPLES = (
    Example(
        bad="""
            import logging

            logger = logging.getLogger(__name__)


            def place(order, user):
                logger.info(f"order {order.id} by {user!r} costs 5%")  # flagged
                logger.debug("order %s" % order.id)  # flagged
                logger.warning("no stock for %s, %s" % (order, user))  # flagged
        """,
        good="""
            import logging

            logger = logging.getLogger(__name__)


            def place(order, user):
                logger.info("order %s by %r costs 5%%", order.id, user)
                logger.debug("order %s", order.id)
                logger.warning("no stock for %s, %s", order, user)
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    if not source.imports("logging"):
        return
    for call in source.nodes(ast.Call):
        if len(call.args) != 1 or not _is_built(call.args[0]):
            continue
        if standard_logger(source, call):
            message = "the message is formatted before anybody wants it"
            yield Site(node=call, message=message)


def _is_built(message: ast.expr) -> bool:
    match message:
        case ast.JoinedStr(values=parts):
            return any(isinstance(each, ast.FormattedValue) for each in parts)
        case ast.BinOp(left=ast.Constant(value=str()), op=ast.Mod()):
            return True
        case _:
            return False


def mend(node: cst.Call, mending: Mending) -> Mended | None:
    call = mending.site.node
    assert isinstance(call, ast.Call)
    message = call.args[0]
    if isinstance(message, ast.BinOp):
        return _from_percent(node, message)
    assert isinstance(message, ast.JoinedStr)
    return _from_fields(node, message, mending.source)


def _from_percent(node: cst.Call, message: ast.BinOp) -> Mended | None:
    template = node.args[0].value
    if not isinstance(template, cst.BinaryOperation) or template.lpar:
        return None
    if isinstance(message.right, ast.Tuple):
        return _with_tuple(node, template)
    if isinstance(message.right, ast.Dict) or not _has_one_field(message.left):
        return None
    if not isinstance(message.right, _SINGLE):
        return None
    given = [cst.Arg(value=each) for each in (template.left, template.right)]
    return Mended(_called_with(node, given))


_SINGLE = ast.Attribute | ast.Constant | ast.Call


def _has_one_field(left: ast.expr) -> bool:
    """A name on the right may be a tuple or a mapping; then all fields are its."""
    text = left.value if isinstance(left, ast.Constant) else ""
    return isinstance(text, str) and text.replace("%%", "").count("%") == 1


def _with_tuple(node: cst.Call, template: cst.BinaryOperation) -> Mended | None:
    values = template.right
    assert isinstance(values, cst.Tuple)
    if any(not isinstance(each, cst.Element) for each in values.elements):
        return None
    parts = [template.left, *(each.value for each in values.elements)]
    return Mended(_called_with(node, [cst.Arg(value=each) for each in parts]))


def _from_fields(
    node: cst.Call, message: ast.JoinedStr, source: Source
) -> Mended | None:
    written = node.args[0].value
    if not isinstance(written, cst.FormattedString) or written.lpar:
        return None
    if written.prefix.lower() != "f" or len(written.quote) > 1:
        return None
    text, values = _template(written)
    if text is None:
        return None
    quoted = cst.SimpleString(f"{written.quote}{text}{written.quote}")
    parts = [cst.Arg(value=quoted), *(cst.Arg(value=each) for each in values)]
    return Mended(_called_with(node, parts))


def _template(
    written: cst.FormattedString,
) -> tuple[str | None, list[cst.BaseExpression]]:
    text, values = "", list[cst.BaseExpression]()
    for part in written.parts:
        if isinstance(part, cst.FormattedStringText):
            text += part.value.replace("%", "%%").replace("{{", "{").replace("}}", "}")
        else:
            assert isinstance(part, cst.FormattedStringExpression)
            if part.format_spec is not None or part.equal is not None:
                return None, []
            text += "%r" if part.conversion == "r" else "%s"
            if part.conversion not in (None, "r", "s"):
                return None, []
            values.append(part.expression)
    return text, values


def _called_with(node: cst.Call, parts: list[cst.Arg]) -> cst.Call:
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    spaced = [each.with_changes(comma=comma) for each in parts]
    first = node.args[0]
    spaced[-1] = spaced[-1].with_changes(
        comma=first.comma, whitespace_after_arg=first.whitespace_after_arg
    )
    return node.with_changes(args=[*spaced, *node.args[1:]])


REPAIR = Rewrite(
    summary="Pass the values as arguments of the log call",
    at="Call",
    mend=mend,
    safe=True,
)

HAZARD = Hazard(
    title="Let the logger format the message",
    practice="structured-logging",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Python docs: logging, optimization",),
)
