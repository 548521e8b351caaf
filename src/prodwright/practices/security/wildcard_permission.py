"""`"Action": "*"` on `"Resource": "*"` makes one stolen key the key to everything.

The worker needed to read one bucket. Whoever takes over the worker may now delete
the backups.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad="""
            POLICY = {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Action": "*", "Resource": "*"}  # flagged
                ],
            }
        """,
        good="""
            POLICY = {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": ["s3:GetObject"],
                        "Resource": "arn:aws:s3:::reports/*",
                    }
                ],
            }
        """,
    ),
    Example(
        bad="""
            import sqlalchemy


            def grant(connection):
                text = sqlalchemy.text("GRANT ALL PRIVILEGES ON ALL TABLES TO app")
                connection.execute(text)


            def admit(cursor):
                cursor.execute("GRANT ALL PRIVILEGES ON *.* TO 'app'@'%'")  # flagged
        """,
        good="""
            def admit(cursor):
                cursor.execute("GRANT SELECT, INSERT ON shop.orders TO 'app'@'10.%'")
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    if '"*"' in source.text or "'*'" in source.text:
        for node in source.nodes(ast.Dict):
            if _allows_everything(node):
                message = "this allows everything on everything"
                yield Site(node=node, message=message)
    if "GRANT ALL" in source.text.upper():
        yield from _grants(source)


def _allows_everything(node: ast.Dict) -> bool:
    """Tell whether it is a statement of a policy that knows no bounds."""
    fields = {
        key.value: value
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant)
    }
    effect = fields.get("Effect")
    if not isinstance(effect, ast.Constant) or effect.value != "Allow":
        return False
    if "Condition" in fields:
        return False
    return all(_is_star(fields.get(name)) for name in ("Action", "Resource"))


def _is_star(value: ast.expr | None) -> bool:
    match value:
        case ast.Constant(value="*") | ast.List(elts=[ast.Constant(value="*")]):
            return True
        case _:
            return False


def _grants(source: Source) -> Iterator[Site]:
    for call in source.calls_by_word("execute"):
        match call:
            case ast.Call(
                func=ast.Attribute(attr="execute"),
                args=[ast.Constant(value=str(text)), *_],
            ) if "GRANT ALL" in text.upper() and "*.*" in text:
                yield Site(node=call, message="this allows everything on everything")


REPAIR = Brief(summary="Name the actions and the resources that the work needs")

HAZARD = Hazard(
    title="Grant what is needed",
    practice="least-privilege",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-732", "CWE-250"),
)
