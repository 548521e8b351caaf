"""Runs tests again and again, each time with one thing outside the code gone wrong."""
