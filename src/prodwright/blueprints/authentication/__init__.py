"""Accounts, sessions and passwords for an API."""

from prodwright.blueprints._blueprint import Blueprint, Step
from prodwright.blueprints.core import DATABASE
from prodwright.core.profile import Area, Question

BLUEPRINT = Blueprint(
    name="authentication",
    title="Authentication service",
    package="auth_service",
    words={
        "authentication": 4,
        "authenticate": 4,
        "auth": 3,
        "login": 2,
        "log in": 2,
        "logged in": 2,
        "sign in": 2,
        "sign up": 2,
        "signup": 2,
        "logout": 2,
        "password": 2,
        "password reset": 2,
        "user registration": 2,
        "register user": 2,
        "user account": 1,
        "session": 1,
        "user": 1,
        "account": 1,
        "api": 1,
        "service": 1,
        "system": 1,
        "backend": 1,
        "endpoint": 1,
    },
    questions=(
        Question(
            key="clients",
            area=Area.SECURITY,
            text="Who calls the service: programs with a token, or browsers?",
            changes=(
                "bearer tokens, or a `__Host-` cookie with an origin check on every "
                "change, and how long a session lasts"
            ),
            options=("api", "browser"),
            default="api",
        ),
        DATABASE,
        Question(
            key="email_delivery",
            area=Area.INTEGRATION,
            text="How does mail leave: over SMTP, or through a folder others empty?",
            changes="the transport behind the outbox, its settings and its tests",
            options=("folder", "smtp"),
            default="folder",
        ),
        Question(
            key="smtp_host",
            area=Area.INTEGRATION,
            text="Which host takes mail over SMTP?",
            changes="where mail is handed over; only this host is ever spoken to",
            pattern=r"[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?",
            alternatives=("smtp.example.com", "mail.internal"),
            only_if={"email_delivery": "smtp"},
        ),
        Question(
            key="peak_logins_per_second",
            area=Area.LOAD,
            text="How many people log in per second at the busiest time?",
            changes=(
                "how many passwords are hashed at once, how many wait, the threads "
                "and connections for it, and the burst the tests prove"
            ),
            pattern=r"[1-9][0-9]{0,2}",
            default="5",
            alternatives=("20", "120"),
        ),
        Question(
            key="audit_retention_days",
            area=Area.RETENTION,
            text="For how many days is the audit log kept?",
            changes="what the purge removes, and the test of its boundary",
            pattern=r"[1-9][0-9]{0,3}",
            default="365",
            alternatives=("30", "2555"),
        ),
    ),
    steps=(
        Step(title="Hash passwords and refuse guessable ones", folder="passwords"),
        Step(
            title="Keep accounts, sessions, audit and outbox in the database",
            folder="records",
        ),
        Step(title="Register accounts and verify their e-mail", folder="accounts"),
        Step(title="Log in, log out, list and end sessions", folder="sessions"),
        Step(title="Change and reset passwords", folder="recovery"),
        Step(title="Prove the capacity and say how to run it", folder="proof"),
    ),
    includes=("core",),
    dependencies=("argon2-cffi>=25.1,<26",),
)
