"""A value pasted into SQL is read as SQL, and the caller writes the query.

One quote in a name field reads, changes or drops every table the account can
reach. Parameters send the value apart from the statement.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Flow,
    Hazard,
    Severity,
    Site,
    Source,
    comes_from_caller,
    holes_in_context,
    only_value,
    text_pieces,
)

EXAMPLES = (
    Example(
        bad="""
            def find(cursor, email):
                cursor.execute(f"SELECT id FROM u WHERE email = '{email}'")  # flagged
                return cursor.fetchone()


            def rename(connection, user, name):
                query = "UPDATE users SET name = '%s' WHERE id = %d" % (name, user)
                connection.execute(query)  # flagged
        """,
        good="""
            def find(cursor, email):
                cursor.execute("SELECT id FROM users WHERE email = %s", (email,))
                return cursor.fetchone()


            def rename(connection, user, name):
                query = "UPDATE users SET name = ? WHERE id = ?"
                connection.execute(query, (name, user))


            def count(cursor, table, user_id):
                cursor.execute(f"SELECT * FROM {table} WHERE id = {int(user_id)}")
        """,
    ),
    Example(
        bad={
            "shop/views.py": """
                from flask import Flask, request

                from shop import store

                app = Flask(__name__)


                @app.get("/orders")
                def orders():
                    return {"orders": store.find(request.args["sort"])}
            """,
            "shop/store.py": """
                import sqlite3


                def find(sort):
                    statement = "SELECT id FROM orders ORDER BY " + sort
                    shop = sqlite3.connect("shop.db", timeout=3)
                    return shop.execute(statement).fetchall()  # flagged
            """,
        },
        good={
            "shop/views.py": """
                from flask import Flask, request

                from shop import store

                app = Flask(__name__)


                @app.get("/orders")
                def orders():
                    return {"orders": store.find(request.args["sort"])}
            """,
            "shop/store.py": """
                import sqlite3

                COLUMNS = {"date": "created_at", "price": "price_cents"}


                def find(sort):
                    column = COLUMNS.get(sort, "created_at")
                    statement = "SELECT id FROM orders ORDER BY " + column
                    shop = sqlite3.connect("shop.db", timeout=3)
                    return shop.execute(statement).fetchall()
            """,
        },
    ),
)

_METHODS = frozenset(
    {
        "execute",
        "executemany",
        "executescript",
        "fetch",
        "fetchrow",
        "fetchval",
        "raw",
        "read_sql",
        "read_sql_query",
        "text",
        "query",
        "mogrify",
        "extra",
    }
)
_STATEMENT = re.compile(
    r"(?is)\s*(select|insert\s+into|update|delete\s+from|with|replace\s+into|merge|call|"
    r"exec)\b"
)
_VALUE_FOLLOWS = re.compile(
    r"(?is).*((=|<|>|\blike|\blimit|\boffset|\bbetween)\s*|\b(in|values)\s*\(\s*)$"
)
_SAFE_CALLS = frozenset({"int", "float", "len", "bool", "round"})
_SAFE_NAMES = re.compile(
    r"(?i)(.*_)?(placeholders?|ph|marks?|params?|bind|binds|qmarks?|column|col|"
    r"columns|cols|table|alias|schema|paramstyle|field|expr|clause|sql|subquery|where|"
    r"count|size|num|offset|limit|length|interval|timeout|max_id|min_id)s?|"
    r"(max|min|num|count|n)_\w+|self\.\w+_name|"
    r"(.*_)?(table|column|col|schema|index|view|db|database|constraint|field|label|"
    r"sequence|trigger|role|stage)_name|"
    r"(.*_)?(table|column|col|index|field|constraint|fqn)\.(name|db|catalog)"
)


def check(source: Source) -> Iterator[Site]:
    for call in source.calls_by_word(*_METHODS):
        if not call.args or _method(call) not in _METHODS:
            continue
        pieces = text_pieces(source, call.args[0])
        if not pieces or not _STATEMENT.match(str(pieces[0])):
            continue
        pasted = [
            hole
            for hole in _values(pieces)
            if comes_from_caller(source, hole) and not _is_safe(source, hole)
        ]
        if pasted:
            name = source.segment(pasted[0]).partition("\n")[0]
            message = f"{name} becomes part of the statement"
            yield Site(node=call, message=message)


def _method(call: ast.Call) -> str:
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def _values(pieces: list[str | ast.expr]) -> Iterator[ast.expr]:
    """Yield what stands where a value is expected; names cannot be parameters."""
    quotes = 0
    for before, hole, after in holes_in_context(pieces):
        quotes += before.count("'")
        expected = quotes % 2 or _VALUE_FOLLOWS.match(before[-_WINDOW:])
        if expected and not after.startswith((".", "(")):
            yield hole


_WINDOW = 40  # characters of the statement looked at before a value


def _is_safe(source: Source, hole: ast.expr) -> bool:
    value = only_value(source, hole)
    if _holds_numbers(source, value) or _is_always_quoted(source, hole):
        return True
    if _names_no_value(hole) or _names_no_value(value):
        return True
    match value:
        case ast.Call(func=ast.Attribute(attr="join")):
            return True  # a list of marks or names; what they are stands elsewhere
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return any(word in name.lower() for word in _QUOTING)
        case _:
            return False


def _names_no_value(expression: ast.expr) -> bool:
    """Called after a part of the statement, a number, or a constant."""
    match expression:
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            names = (name, f"{owner}.{name}")
            is_constant = owner[:1].isupper() or name.isupper()
        case ast.Name(id=name) | ast.Attribute(attr=name):
            names, is_constant = (name, name), name.isupper()
        case _:
            return False
    return is_constant or any(_SAFE_NAMES.fullmatch(each) for each in names)


_NUMBERS = re.compile(
    r"(Optional\[)?(list|List|Sequence|Iterable|tuple|Tuple|set)?\[?"
    r"(int|float|bool)\b[^\[]*"
)
_WRITERS = frozenset({"str", "repr", "json.dumps"})


def _holds_numbers(source: Source, value: ast.expr) -> bool:
    """Annotated as a number, or the text of numbers."""
    match value:
        case ast.Name(id=name):
            kinds = source.names.values_of(name, value)
            return len(kinds) == 1 and _is_annotation_of_numbers(source, kinds[0])
        case ast.Call(args=[argument]) if source.called(value) in _WRITERS:
            return _holds_numbers(source, argument)
        case ast.Call(func=ast.Name(id="max" | "min" | "abs"), args=arguments):
            return any(_holds_numbers(source, each) for each in arguments)
        case ast.Call(func=ast.Name(id=name)) if name in _SAFE_CALLS:
            return True
        case ast.Constant(value=int() | float()):
            return True
        case ast.BinOp(right=ast.Constant(value=int() | float())):
            return True
        case _:
            return False


def _is_annotation_of_numbers(source: Source, kind: ast.expr) -> bool:
    if not isinstance(source.parent(kind), ast.arg | ast.AnnAssign):
        return False
    return _NUMBERS.fullmatch(source.segment(kind)) is not None


def _is_always_quoted(source: Source, value: ast.expr) -> bool:
    """Assigned several times: fixed texts, calls that quote, texts around itself."""
    if not isinstance(value, ast.Name):
        return False
    values = source.names.values_of(value.id, value)
    return len(values) > 1 and all(_quotes(each, value.id) for each in values)


def _quotes(value: ast.expr, own_name: str) -> bool:
    match value:
        case ast.Constant(value=str()):
            return True
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return any(word in name.lower() for word in _QUOTING)
        case ast.BinOp(left=ast.Constant(), op=ast.Mod(), right=ast.Name(id=name)):
            return name == own_name
        case _:
            return False


# `sql` is what expression builders render themselves with.
_QUOTING = ("quote", "escape", "literal", "cast", "sql")

REPAIR = Brief(
    summary="Put a placeholder in the statement and pass the value as a parameter; "
    "names of tables and columns come from a list in the code"
)

HAZARD = Hazard(
    title="Send values as parameters",
    practice="parameterized-queries",
    severity=Severity.HIGH,
    check=check,
    # Through more calls it is a layer whose trade is statements that others write.
    flow=Flow("sql", says="becomes part of the statement", most_hops=1),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-89", "ASVS 5 1.2.4"),
)
