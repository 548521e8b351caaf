"""Where a text was expected, an object from the request body is an operator.

`{"name": {"$ne": null}}` matches every document: any password fits, every row is read.
"""

from __future__ import annotations

from prodwright.kit import Brief, Example, Flow, Hazard, Severity

EXAMPLES = (
    Example(
        bad="""
            from flask import Flask, request
            from pymongo import MongoClient

            app = Flask(__name__)
            users = MongoClient().shop.users


            @app.post("/login")
            def login():
                given = request.get_json()
                found = users.find_one({"name": given["name"]})  # flagged
                return {"found": found is not None}
        """,
        good="""
            from flask import Flask, request
            from pydantic import BaseModel
            from pymongo import MongoClient

            app = Flask(__name__)
            users = MongoClient().shop.users


            class Login(BaseModel):
                name: str


            @app.post("/login")
            def login():
                given = Login.model_validate_json(request.get_data())
                found = users.find_one({"name": {"$eq": given.name}})
                return {"found": found is not None}
        """,
    ),
)

REPAIR = Brief(summary="Validate the body into typed fields before it reaches a filter")

HAZARD = Hazard(
    title="Query with values of known types",
    practice="parameterized-queries",
    severity=Severity.HIGH,
    flow=Flow("nosql", says="may be an operator of the query"),
    repair=REPAIR,
    examples=EXAMPLES,
    references=(
        "CWE-943",
        "ASVS 5 1.2.4",
    ),
)
