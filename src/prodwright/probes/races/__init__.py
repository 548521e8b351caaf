"""Lets calls overlap in every way that matters and compares with one after the other.

The oracle needs no specification: what two calls at once return and leave behind must
be what they would in one order or the other (serial equivalence). Each way is tried in
a forked child, from the very state in which a test made the call.
"""
