"""What functions do through others, across files."""

from __future__ import annotations

from textwrap import dedent

import pytest

from prodwright.analysis import project_of
from prodwright.analysis.effects import Effects

ERRORS = """
    class Trouble(Exception):
        pass


    class Deeper(Trouble):
        pass
"""
STORE = """
    import time

    from shop.errors import Deeper


    class Store:
        def __init__(self):
            self.wait()

        def wait(self):
            time.sleep(1)

        @property
        def size(self):
            raise Deeper()

        def whole(self):
            return self.size


    class Better(Store):
        async def get(self):
            return self.wait()
"""


def effects(**files: str) -> Effects:
    texts = {f"shop/{name}.py": dedent(text) for name, text in files.items()}
    return project_of({"shop/__init__.py": "", **texts}).effects


def test_a_function_blocks_through_those_that_it_calls() -> None:
    found = effects(
        store=STORE,
        errors=ERRORS,
        use="from shop.store import Better\n\n\ndef made():\n    return Better()\n",
    )

    assert found.blocks["shop.store.Store.wait"].says == "time.sleep"
    way = found.blocks["shop.use.made"]
    assert [name for _, _, name in way.steps] == ["__init__", "wait", "time.sleep"]
    assert "shop.store.Better.get" not in found.blocks, "a coroutine only waits"


def test_a_name_is_followed_to_where_it_is_from() -> None:
    found = effects(
        work="import time\n\n\ndef work():\n    time.sleep(1)\n",
        shown="from .work import work as task\n",
        use="from shop import shown\n\n\ndef use():\n    shown.task()\n",
    )

    assert "shop.use.use" in found.waits


@pytest.mark.parametrize(
    ("handler", "leaves"),
    [
        ("except Trouble:\n        return None", set()),
        ("except (KeyError, Deeper):\n        return None", set()),
        ("except Exception:\n        return None", set()),
        ("except KeyError:\n        return None", {"shop.errors.Deeper"}),
        ("except Trouble:\n        raise", {"shop.errors.Deeper"}),
        ("finally:\n        pass", {"shop.errors.Deeper"}),
    ],
)
def test_what_a_handler_catches_does_not_leave(handler: str, leaves: set[str]) -> None:
    use = (
        "from shop.errors import Deeper, Trouble\nfrom shop.store import Store\n\n\n"
        "def deep(store: Store):\n    raise Deeper()\n\n\n"
        f"def use(store: Store):\n    try:\n        return deep(store)\n    {handler}\n"
    )

    assert effects(store=STORE, errors=ERRORS, use=use).raises["shop.use.use"] == leaves


def test_a_property_raises_where_the_object_asks_itself() -> None:
    found = effects(store=STORE, errors=ERRORS)

    assert found.raises["shop.store.Store.whole"] == {"shop.errors.Deeper"}
    assert found.may_raise("shop.store.Store.whole", "shop.errors.Trouble")
    assert not found.may_raise("shop.store.Store.wait", "shop.errors.Trouble")


def test_what_is_raised_by_another_hand_may_be_anything() -> None:
    text = "def use(error):\n    raise error\n"

    assert effects(errors=ERRORS, use=text).may_raise(
        "shop.use.use", "shop.errors.Trouble"
    )


def test_what_is_opened_is_opened_for_every_caller() -> None:
    found = effects(
        store="""
            def opened(name):
                return open(name)


            def first(name):
                return opened(name)


            def perhaps(name):
                return opened(name) if name else None


            def one(name):
                if name:
                    return opened(name)
                return None


            def ring(name):
                return gnir(name)


            def gnir(name):
                return ring(name)
        """
    )

    assert found.opens == {"shop.store.opened", "shop.store.first"}


def test_a_parameter_is_changed_by_those_it_is_handed_to() -> None:
    found = effects(
        lists="""
            class Sorter:
                def sort(self, values, by):
                    values.sort(key=by)


            def ordered(items, by):
                Sorter().sort(items, by=by)
                return items[0]


            def copied(items, by):
                items = list(items)
                return ordered(items, by)


            def stored(table):
                table["all"] = 1
        """
    )

    assert found.changes["shop.lists.ordered"] == {"items"}
    assert found.changes["shop.lists.copied"] == frozenset()
    assert found.changes["shop.lists.stored"] == {"table"}


def test_what_is_called_within_a_transaction_is_known() -> None:
    found = effects(
        orders="""
            from shop.mail import send


            def pay(session):
                with session.begin():
                    send(1)
                send(2)
        """,
        mail="def send(number):\n    return number\n",
    )

    inside = [call.in_transaction for _, call in found.calls("shop.orders.pay")]

    assert inside == [True, False]


def test_functions_that_call_each_other_come_to_an_end() -> None:
    found = effects(
        ring="""
            import time


            def one():
                two()


            def two():
                one()
                time.sleep(1)
        """
    )

    assert set(found.blocks) == {"shop.ring.one", "shop.ring.two"}
