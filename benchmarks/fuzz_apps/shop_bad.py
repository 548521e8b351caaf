"""A shop with fourteen planted defects, one for each handler that bears a number."""

import hashlib
import math
import re
import sqlite3
import subprocess
import tempfile
from pathlib import Path

from fastapi import FastAPI, Header, HTTPException, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from pydantic import BaseModel

app = FastAPI()
bank = sqlite3.connect(":memory:", check_same_thread=False)
bank.executescript("""
create table items(id integer primary key, name text, price real, owner text);
create table users(name text, password text);
insert into items values(1, 'desk', 9.5, 'ann');
""")
folder = Path(tempfile.mkdtemp())
(folder / "a.txt").write_text("text")


class Item(BaseModel):
    name: str
    price: float


class User(BaseModel):
    name: str
    password: str


@app.get("/d01/{key}")
def overflow(key: int) -> list:
    return bank.execute("select name from items where id = ?", (key,)).fetchall()


@app.get("/d02")
def division(size: int = 10) -> float:
    return 100 / size


@app.post("/d03")
def stored(item: Item) -> dict:
    bank.execute("insert into items(name) values(?)", (item.name,))
    return {}


@app.post("/d04")
async def raw(request: Request) -> dict:
    return {"name": (await request.json())["name"]}


@app.get("/d05")
def searched(q: str) -> list:
    try:
        return bank.execute(f"select id from items where name = '{q}'").fetchall()
    except (sqlite3.Error, UnicodeError, ValueError):
        raise HTTPException(400) from None


@app.get("/d06")
def page(name: str) -> HTMLResponse:
    return HTMLResponse(f"<p>{name.encode('utf-8', 'replace').decode()}</p>")


@app.get("/d07")
def served(name: str) -> PlainTextResponse:
    try:
        return PlainTextResponse((folder / name).read_text())
    except (OSError, ValueError):
        raise HTTPException(404) from None


@app.get("/d08")
def pinged(host: str) -> dict:
    if "\0" in host or "\ud800" in host or len(host) > 500:
        raise HTTPException(400)
    done = subprocess.run(f"echo {host}", shell=True, capture_output=True, timeout=5)
    return {"length": len(done.stdout)}


@app.get("/d09")
def away(to: str) -> RedirectResponse:
    return RedirectResponse(to.encode("utf-8", "replace").decode())


@app.post("/d10")
def registered(user: User) -> dict:
    word = hashlib.sha256(user.password.encode("utf-8", "replace")).hexdigest()
    bank.execute("insert into users values(?, ?)", (ascii(user.name), word))
    return {}


@app.get("/d11")
def matched(text: str) -> bool:
    return bool(re.fullmatch(r"(\w+\s?)*", text[:60]))


@app.get("/d12")
def rendered(form: str) -> dict:
    try:
        return {"text": form.format("x")}
    except (LookupError, ValueError, AttributeError):
        raise HTTPException(400) from None


@app.get("/d13")
def filled(count: int) -> dict:
    if not 0 <= count <= 10**9:
        raise HTTPException(400)
    return {"length": len(b"x" * (count if count < 4 * 10**8 else 4 * 10**8))}


@app.get("/d14/{key}")
def owned(key: int, authorization: str = Header()) -> dict:
    if authorization not in ("Bearer ann", "Bearer bob"):
        raise HTTPException(401)
    return {"key": key, "owner": "ann", "tax": math.pi}
