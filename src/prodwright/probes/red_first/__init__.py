"""Whether each new test can fail: it is run against mutants of what it executes."""
