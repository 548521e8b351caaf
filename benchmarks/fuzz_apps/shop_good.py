"""The same shop without the defects."""

import hashlib
import html
import math
import os
import re
import sqlite3
import subprocess
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Header, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from pydantic import AfterValidator, BaseModel, Field

app = FastAPI()
bank = sqlite3.connect(":memory:", check_same_thread=False)
bank.executescript("""
create table items(id integer primary key, name text, price real, owner text);
create table users(name text, password text);
insert into items values(1, 'desk', 9.5, 'ann');
""")
folder = Path(tempfile.mkdtemp())
(folder / "a.txt").write_text("text")


def _encodable(text: str) -> str:
    text.encode()
    return text


Text = Annotated[str, Field(max_length=200), AfterValidator(_encodable)]
Key = Annotated[int, Field(ge=1, lt=2**63)]


class Item(BaseModel):
    name: Text
    price: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class User(BaseModel):
    name: Text
    password: Text


@app.exception_handler(RequestValidationError)
def refused(_: Request, __: RequestValidationError) -> JSONResponse:
    return JSONResponse({"detail": "the request is not valid"}, status_code=422)


@app.get("/d01/{key}")
def overflow(key: Key) -> list:
    return bank.execute("select name from items where id = ?", (key,)).fetchall()


@app.get("/d02")
def division(size: Annotated[int, Field(ge=1, le=100)] = 10) -> float:
    return 100 / size


@app.post("/d03")
def stored(item: Item) -> dict:
    bank.execute("insert into items(name) values(?)", (item.name,))
    return {}


@app.post("/d04")
def raw(item: Item) -> dict:
    return {"name": item.name}


@app.get("/d05")
def searched(q: Text) -> list:
    return bank.execute("select id from items where name = ?", (q,)).fetchall()


@app.get("/d06")
def page(name: Text) -> HTMLResponse:
    return HTMLResponse(f"<p>{html.escape(name)}</p>")


@app.get("/d07")
def served(name: Text) -> PlainTextResponse:
    if name not in {each.name for each in folder.iterdir()}:
        raise HTTPException(404)
    return PlainTextResponse((folder / name).read_text())


@app.get("/d08")
def pinged(host: Annotated[str, Field(pattern=r"^[a-z0-9.]{1,99}$")]) -> dict:
    done = subprocess.run(["echo", host], capture_output=True, timeout=5)
    return {"length": len(done.stdout)}


@app.get("/d09")
def away(to: Annotated[str, Field(pattern=r"^/[a-z]{0,20}$")]) -> dict:
    return {"to": to}


@app.post("/d10")
def registered(user: User) -> dict:
    word = hashlib.scrypt(user.password.encode(), salt=os.urandom(9), n=64, r=8, p=1)
    bank.execute("insert into users values(?, ?)", (user.name, word.hex()))
    return {}


@app.get("/d11")
def matched(text: Text) -> bool:
    return bool(re.fullmatch(r"[\w\s]*", text))


@app.get("/d12")
def rendered(form: Text) -> dict:
    return {"text": form.replace("{}", "x")}


@app.get("/d13")
def filled(count: Annotated[int, Field(ge=0, le=10_000)]) -> dict:
    return {"length": len(b"x" * count)}


@app.get("/d14/{key}")
def owned(key: Key, authorization: Annotated[str, Header()]) -> dict:
    if authorization not in ("Bearer ann", "Bearer bob"):
        raise HTTPException(401)
    if authorization != "Bearer ann":
        raise HTTPException(404)
    return {"key": key, "owner": "ann", "tax": math.pi}
