"""Whether each new test can fail: it is run against mutants of what it executes.

`plugin.py` and `mutants.py` run inside the project's own interpreter, in the
sandbox; they import nothing but the standard library and pytest.
"""
