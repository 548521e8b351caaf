"""What frameworks pass to functions, and what they do with results."""

from __future__ import annotations

import pytest

from analysis.dataflow.scene import found, marked

PROGRAMS = {
    "Flask's parts of a URL": """
        import os
        from flask import Flask
        app = Flask(__name__)
        @app.route('/<name>/<int:number>')
        def show(name, number, user=None):
            os.system(name)  # command
            os.system(str(number))
            os.system(user)
    """,
    "Flask's path of a fixed route": """
        import os
        from flask import Flask, request
        app = Flask(__name__)
        @app.route('/here')
        def here():
            os.system(request.path)
        @app.route('/<path:there>')
        def there(there):
            os.system(request.path)  # command
    """,
    "Flask's views as classes": """
        from flask.views import MethodView
        class Page(MethodView):
            def get(self, name):
                return '<p>' + name  # page
    """,
    "FastAPI's parameters": """
        import os
        from uuid import UUID
        from fastapi import Depends, FastAPI, Request
        from pydantic import BaseModel
        app = FastAPI()
        class Item(BaseModel):
            name: str
            count: int
        def user(): ...
        @app.post('/{item_id}')
        async def add(item_id: UUID, item: Item, q: str | None, request: Request,
                      who=Depends(user)):
            os.system(str(item_id))
            os.system(item.name)  # command
            os.system(str(item.count))
            os.system(q)  # command
            os.system(who)
            os.system(await request.body())  # command
    """,
    "FastAPI's redirects and pages": """
        from fastapi import APIRouter
        from fastapi.responses import HTMLResponse, RedirectResponse
        router = APIRouter()
        @router.get('/')
        def go(to: str):
            HTMLResponse(to)  # page
            return RedirectResponse(to)  # redirect
    """,
    "Django's requests": """
        from django.db import connection
        from django.http import HttpResponse
        from .models import User
        def show(request):
            with connection.cursor() as cursor:
                cursor.execute('select %s' % request.GET['q'])  # sql
            User.objects.raw('select ' + request.POST['q'])  # sql
            User.objects.filter(name=request.GET['q'])
            return HttpResponse(request.GET['q'])  # page
    """,
    "Django's views as classes": """
        import os
        from django.views.generic import View
        class Base(View):
            pass
        class Page(Base):
            def get(self, request, slug):
                os.system(slug)  # command
                os.system(self.kwargs['a'])  # command
                self.help()
            def help(self):
                os.system(self.request.GET['a'])  # command
    """,
    "Django's checks": """
        from django.shortcuts import redirect
        from django.utils.http import url_has_allowed_host_and_scheme
        def go(request):
            to = request.GET.get('next')
            if not url_has_allowed_host_and_scheme(to, allowed_hosts=None):
                return None
            return redirect(to)
    """,
    "Django's REST framework": """
        import os
        from rest_framework.decorators import api_view
        from rest_framework.views import APIView
        @api_view(['GET'])
        def one(request, name):
            os.system(name)  # command
        class Two(APIView):
            def post(self, request):
                os.system(request.data['a'])  # command
    """,
    "aiohttp's requests": """
        import aiohttp
        from aiohttp import web
        async def fetch(request):
            async with aiohttp.ClientSession() as session:
                await session.get(request.query['url'])  # address
            raise web.HTTPFound(request.query['url'])  # redirect
    """,
    "the standard library's server": """
        import os
        from http.server import BaseHTTPRequestHandler
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                os.system(self.path)  # command
                self.send_header('X', self.headers['Y'])  # header
    """,
    "PyMongo's operators": """
        from flask import Flask, request
        from pymongo import MongoClient
        app = Flask(__name__)
        db = MongoClient().shop
        @app.post('/')
        def find():
            db.users.find_one({'name': request.json['name']})  # nosql
            db['users'].find_one({'name': request.args['name']})
            db.users.find_one({'name': str(request.json['name'])})  # nosql
    """,
    "SQLAlchemy": """
        from flask import Flask, request
        from sqlalchemy import select, text
        app = Flask(__name__)
        @app.post('/')
        def find(session, User):
            name = request.args['name']
            session.execute(select(User).where(User.name == name))
            session.execute(select(User).filter_by(name=name))
            session.execute(text('select :a'), {'a': name})
            session.execute(text('select ' + name))  # sql
    """,
    "psycopg": """
        import psycopg
        from flask import Flask, request
        app = Flask(__name__)
        @app.get('/')
        def find():
            with psycopg.connect('') as connection, connection.cursor() as cursor:
                cursor.execute('select %s', (request.args['q'],))
                cursor.execute('select ' + request.args['q'])  # sql
    """,
    "ldap3": """
        import ldap3
        from flask import Flask, request
        from ldap3.utils.conv import escape_filter_chars
        app = Flask(__name__)
        def connect():
            return ldap3.Connection('a')
        @app.get('/')
        def find():
            q = request.args['q']
            connect().search('ou=users', f'(uid={q})')  # ldap
            connect().search('ou=users', f'(uid={escape_filter_chars(q)})')
    """,
    "lxml": """
        import lxml.etree
        from flask import Flask, request
        app = Flask(__name__)
        @app.get('/')
        def find():
            root = lxml.etree.parse('a.xml')
            root.xpath('/a[@b=$q]', q=request.args['q'])
            root.xpath(f"/a[@b='{request.args['q']}']")  # xpath
    """,
    "entities": """
        import xml.dom.minidom
        import xml.sax
        from flask import Flask, request
        app = Flask(__name__)
        @app.post('/')
        def read():
            closed = xml.sax.make_parser()
            xml.dom.minidom.parseString(request.data, closed)
            parser = xml.sax.make_parser()
            parser.setFeature(xml.sax.handler.feature_external_ges, True)
            xml.dom.minidom.parseString(request.data, parser)  # xml
            parser.setFeature(xml.sax.handler.feature_external_ges, False)
            xml.dom.minidom.parseString(request.data, parser)
    """,
    "archives": """
        import tarfile
        from flask import Flask, request
        app = Flask(__name__)
        @app.post('/')
        def unpack():
            archive = tarfile.open(fileobj=request.files['a'])
            archive.extractall('/srv')  # archive
            archive.extractall('/srv', filter='data')
    """,
    "an operator": """
        import os
        import sys
        open(sys.argv[1])
        os.system('ls ' + sys.argv[1])  # command
    """,
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_the_marked_lines_are_found(program: str) -> None:
    assert found(program) == marked(program)


LEAKS = {
    "a secret in a log": """
        import logging
        log = logging.getLogger(__name__)
        def login(user, password):
            log.info('login of %s', user)
            log.info('login with %s', password)  # secret-log
            log.info('with a password: %s', bool(password))
            log.info('%s', len(password))
    """,
    "a secret of an object": """
        import logging
        def login(user):
            logging.warning(f'{user.api_key}')  # secret-log
            logging.warning(f'{user.name}')
    """,
    "a secret of a dictionary": """
        import logging, os
        def login(settings):
            logging.warning(settings['client_secret'])  # secret-log
            logging.warning(settings.get('client_secret'))  # secret-log
            logging.warning(os.environ['DB_PASSWORD'])  # secret-log
            logging.warning(settings['name'])
    """,
    "a part of what holds a secret": """
        import logging
        def login(password):
            logging.warning('%s %s', password['user'], password.length)
            logging.warning('%s', password.split('$')[0])
            logging.warning('%s', password[4:])  # secret-log
    """,
    "a hashed secret": """
        import hashlib, logging
        def login(password):
            logging.warning(hashlib.sha256(password).hexdigest())
    """,
    "what a secret opens": """
        import logging, vault
        def login(password):
            logging.warning(vault.open(password))
    """,
    "a secret in an exception": """
        def login(password):
            if len(password) < 9:
                raise ValueError(f'bad: {password}')  # secret-exception
            raise ValueError('bad')
    """,
    "flags about secrets": """
        import logging
        def login(reset_password, has_secret):
            logging.info('%s %s', reset_password, has_secret)
    """,
    "an exception that a client reads": """
        from flask import Flask
        app = Flask(__name__)
        @app.get('/')
        def show():
            try:
                return work()
            except Exception as error:
                return {'error': str(error)}, 500  # exception-client
        def elsewhere():
            try:
                return work()
            except Exception as error:
                return {'error': str(error)}
    """,
    "an exception's class": """
        from flask import Flask
        app = Flask(__name__)
        @app.get('/')
        def show():
            try:
                return work()
            except ValueError as error:
                return {'error': str(error)}
    """,
}


@pytest.mark.parametrize("program", LEAKS.values(), ids=LEAKS)
def test_what_must_not_leave_is_found(program: str) -> None:
    assert found(program) == marked(program)
