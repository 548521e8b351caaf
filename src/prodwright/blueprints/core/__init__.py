"""The foundation that every generated service stands on."""

from prodwright.blueprints._blueprint import Blueprint, Step
from prodwright.core.profile import Area, Question

DATABASE = Question(
    key="database",
    area=Area.DEPLOYMENT,
    text="Which database will it run on?",
    changes=(
        "the driver, the pool, what production refuses to start with, and whether "
        "several replicas may share the data"
    ),
    options=("sqlite", "postgres"),
    default="sqlite",
)

BLUEPRINT = Blueprint(
    name="core",
    title="Service",
    package="service",
    questions=(DATABASE,),
    steps=(
        Step(
            title="Lay the foundation: configuration, problems, logs, database, health",
            folder="foundation",
        ),
        Step(title="Package the service and say how to run it", folder="operations"),
    ),
)
