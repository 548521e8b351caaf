"""Changes code a little and asks the tests that execute it whether they notice."""
