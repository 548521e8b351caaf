"""What comes from outside is followed to where it hurts; what is harmless is not."""

from __future__ import annotations

import pytest

from analysis.dataflow.scene import found, handler, marked

DANGEROUS = {
    "directly": "os.system(x)  # command",
    "through a variable": "y = x\nos.system(y)  # command",
    "through a sum": "os.system('rm ' + x)  # command",
    "through an f-string": "os.system(f'rm {x}')  # command",
    "through %": "os.system('rm %s' % x)  # command",
    "through format": "os.system('rm {}'.format(x))  # command",
    "through +=": "c = 'rm '\nc += x\nos.system(c)  # command",
    "through join": "os.system(' '.join(['rm', x]))  # command",
    "through methods": "os.system(x.strip().lower())  # command",
    "through str": "os.system(str(x))  # command",
    "through a slice": "os.system(x[1:])  # command",
    "through a choice": "os.system(x if db else 'ls')  # command",
    "through or": "os.system(x or 'ls')  # command",
    "through a walrus": "if (y := x):\n  os.system(y)  # command",
    "through a comprehension": "os.system(' '.join(y for y in [x]))  # command",
    "through a lambda": "f = lambda: x\nos.system(f())  # command",
    "through a tuple": "a, b = 'ls', x\nos.system(b)  # command",
    "through a star": "a, *b = 'ls', x\nos.system(b[0])  # command",
    "through a branch": "c = 'ls'\nif db:\n  c = x\nos.system(c)  # command",
    "through a loop": "c = ''\nfor y in [x]:\n  c += y\nos.system(c)  # command",
    "through a loop's last pass": (
        "a = b = c = ''\nwhile db:\n  c = b\n  b = a\n  a = x\nos.system(c)  # command"
    ),
    "through while True": (
        "while True:\n  c = x\n  if db:\n    break\nos.system(c)  # command"
    ),
    "through try": (
        "try:\n  c = x\n  c = 'ls'\nexcept OSError:\n  pass\nelse:\n  c = 'ls'\n"
        "os.system(c)  # command"
    ),
    "through with": "with x as y:\n  os.system(y)  # command",
    "through match": "match x:\n  case [a, *b]:\n    os.system(a)  # command",
    "through an attribute": "db.text = x\nos.system(db.text)  # command",
    "through a decoding": (
        "import base64\nos.system(base64.b64decode(base64.b64encode(x)))  # command"
    ),
    "into SQL": "db.execute(f'select {x}')  # sql",
    "into SQL of a cursor": "c = db.cursor()\nc.execute('select ' + x)  # sql",
    "into a shell": "subprocess.run(f'ls {x}', shell=True)  # command",
    "into a shell's arguments": "subprocess.run(['sh', '-c', x])  # command",
    "as a program": "subprocess.run([x, '-l'])  # program",
    "into eval": "eval(x)  # code",
    "into a path": "open(os.path.join('/srv', x))  # path",
    "into pathlib": "import pathlib\n(pathlib.Path('/srv') / x).read_text()  # path",
    "into a redirect": "return redirect(x)  # redirect",
    "into a page": "return f'<p>{x}</p>'  # page",
    "into a page with a status": "return f'<p>{x}</p>', 200  # page",
    "into a response": "return make_response(x)  # page",
    "into the session": "session['user'] = x  # trust",
    "into the key of the session": "session[x] = 1  # trust",
    "into a request": "import requests\nrequests.get(x)  # address",
    "into the host of a request": (
        "import requests\nrequests.get(f'https://{x}/a')  # address"
    ),
    "into pickle": "import pickle\npickle.loads(x)  # deserialization",
    "into yaml": "import yaml\nyaml.load(x, Loader=yaml.Loader)  # deserialization",
    "into a template": (
        "import jinja2\njinja2.Environment().from_string(x)  # template"
    ),
    "into a log": (
        "import logging\nlogging.getLogger(__name__).info('got %s', x)  # log"
    ),
}

HARMLESS = {
    "a constant": "os.system('ls')",
    "a number": "os.system(f'kill {int(x)}')",
    "a length": "os.system(f'head -{len(x)}')",
    "a quoted word": "import shlex\nos.system('rm ' + shlex.quote(x))",
    "an argument without a shell": "subprocess.run(['ls', x])",
    "a list without a shell": "subprocess.run(['ls'] + [x])",
    "a parameter of a statement": "db.execute('select ?', (x,))",
    "a comparison": "os.system(str(x == 'a'))",
    "a variable set anew": "y = x\ny = 'ls'\nos.system(y)",
    "a deleted variable": "y = x\ndel y\ny = 'ls'\nos.system(y)",
    "an escaped page": "import html\nreturn html.escape(x)",
    "JSON": "return {'x': x}",
    "a rendered template": (
        "from flask import render_template\nreturn render_template('a.html', x=x)"
    ),
    "a redirect to ourselves": "return redirect('/users/' + x)",
    "a redirect below our host": "return redirect(f'https://a.example/{x}')",
    "a path of a fixed host": "import requests\nrequests.get(f'https://a.b/{x}')",
    "what a fixed host is asked": (
        "import requests\nBASE = str(db)\nrequests.get(f'{BASE}/users/{x}')"
    ),
    "the parameters of a request": (
        "import requests\nrequests.get('https://a', params={'q': x})"
    ),
    "the answer of a request": (
        "import requests\nos.system(requests.get('https://a', data=x).text)"
    ),
    "what the database answers": (
        "row = db.execute('select ?', (x,)).fetchone()\nos.system(row[0])"
    ),
    "yaml loaded safely": "import yaml\nyaml.load(x, Loader=yaml.SafeLoader)",
    "a file's name": "import os.path\nopen('/srv/' + os.path.basename(x))",
    "a log of its representation": (
        "import logging\nlogging.getLogger(__name__).info(f'got {x!r}')"
    ),
    "a number in a format": "os.system(f'kill {x:d}')",
    "numbers only": "os.system('kill %d' % x)",
    "a branch that leaves": "c = x\nif db:\n  return 'a'\n  os.system(c)\n",
}


@pytest.mark.parametrize("body", DANGEROUS.values(), ids=DANGEROUS)
def test_what_hurts_is_found(body: str) -> None:
    code = handler(body)

    assert marked(code)
    assert found(code) == marked(code)


@pytest.mark.parametrize("body", HARMLESS.values(), ids=HARMLESS)
def test_what_is_harmless_is_not(body: str) -> None:
    assert found(handler(body)) == set()


DEAD = {
    "a constant condition": "c = 'ls'\nif 7 * 6 < 40:\n  c = x",
    "a constant variable": "n = 106\nc = x if (7 * 42) - n > 200 else 'ls'",
    "a text": "k = 'abc'\nc = 'ls'\nif k[1] == 'c':\n  c = x",
    "a method of a text": "c = 'ls'\nif 'abc'.startswith('b'):\n  c = x",
    "a search in a text": "k = 'should'\nc = 'ls'\nif 'x' in k:\n  c = x",
    "and": "c = 'ls'\nif db and 1 > 2:\n  c = x",
    "not": "c = 'ls'\nif not True:\n  c = x",
    "while": "c = 'ls'\nwhile 1 > 2:\n  c = x",
    "match": (
        "c = 'ls'\nmatch 'B':\n  case 'A':\n    c = x\n  case 'B' | 'C':\n    pass"
    ),
    "match with a guard": "c = 'ls'\nmatch 'A':\n  case a if 1 > 2:\n    c = x",
    "a list": "l = ['a', x, 'b']\nl.pop(0)\nc = l[1]",
    "a list put together": "l = []\nl.append(x)\nl.append('ls')\nc = l[1]",
    "a list with an insertion": "l = [x]\nl.insert(0, 'ls')\nc = l[0]",
    "a list with an extension": "l = [x]\nl.extend(['ls'])\nc = l[-1]",
    "a dictionary": "d = {'a': 'ls', 'b': x}\nc = d['a']",
    "a dictionary put together": "d = {}\nd['a'] = 'ls'\nd['b'] = x\nc = d.get('a')",
    "a dictionary's default": "d = {'b': x}\nc = d.get('a', 'ls')",
    "a dictionary's keys": "d = {'b': x}\nc = ''.join(d.keys())",
    "a dictionary of keywords": "d = dict(a='ls', b=x)\nc = d['a']",
    "a dictionary without it": "d = {'a': 'ls', 'b': x}\ndel d['b']\nc = d['a']",
    "what a parser of settings keeps": (
        "import configparser\np = configparser.ConfigParser()\np.set('s', 'a', 'ls')\n"
        "p.set('s', 'b', x)\nc = p.get('s', 'a')"
    ),
}


@pytest.mark.parametrize("body", DEAD.values(), ids=DEAD)
def test_ways_that_no_run_takes_are_not_followed(body: str) -> None:
    assert found(handler(f"{body}\nos.system(c)")) == set()


@pytest.mark.parametrize("body", DEAD.values(), ids=DEAD)
def test_neighbouring_ways_are(body: str) -> None:
    turned = (
        body.replace("7 * 6 < 40", "7 * 6 > 40")
        .replace("> 200", "< 200")
        .replace("k[1] == 'c'", "k[1] == 'b'")
        .replace("startswith('b')", "startswith('a')")
        .replace("'x' in k", "'s' in k")
        .replace("1 > 2", "1 < 2")
        .replace("not True", "not False")
        .replace("match 'B'", "match 'A'")
        .replace("l[1]", "l[0]")
        .replace("l.insert(0, 'ls')\nc = l[0]", "l.insert(0, 'ls')\nc = l[1]")
        .replace("l[-1]", "l[0]")
        .replace("d['a']", "d['b']")
        .replace("get('a'", "get('b'")
        .replace("d.keys", "d.values")
        .replace("del d['b']", "d.pop('a')")
        .replace("p.get('s', 'a')", "p.get('s', 'b')")
    )
    code = handler(f"{turned}\nos.system(c)  # command")

    assert found(code) == marked(code)
