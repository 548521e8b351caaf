"""A secret in an exception's message travels with it: into logs, reports and responses.

Whoever writes the handler cannot know that this message, of all, must not be shown.
"""

from __future__ import annotations

from prodwright.kit import Brief, Example, Flow, Hazard, Severity

EXAMPLES = (
    Example(
        bad="""
            def connect(host, api_key):
                if not api_key.startswith("sk-"):
                    raise ValueError(f"no key of {host}: {api_key}")  # flagged
        """,
        good="""
            def connect(host, api_key):
                if not api_key.startswith("sk-"):
                    raise ValueError(f"no key of {host}: it begins with no sk-")
        """,
    ),
)

REPAIR = Brief(summary="Say which rule the value breaks, not the value")

HAZARD = Hazard(
    title="Keep secrets out of messages",
    practice="safe-messages",
    severity=Severity.MEDIUM,
    # What is a secret is guessed from a name, and a guess does not carry far.
    flow=Flow("secret-exception", says="becomes part of a message", most_hops=0),
    preview=True,
    repair=REPAIR,
    examples=EXAMPLES,
    references=(
        "CWE-209",
        "CWE-532",
        "ASVS 5 16.5.1",
    ),
)
