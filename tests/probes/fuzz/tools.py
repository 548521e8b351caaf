"""Parsers and commands that bad input breaks, each beside a sound one."""

TOOLS = '''
import argparse


import click


class Refused(Exception):
    """What is said to whoever gave bad input."""


def parse_size(text):
    return int(text[:-1]) * {"k": 1000}[text[-1]]


def parse_size_well(text):
    number, unit = text[:-1], text[-1:]
    if unit != "k" or not number.isascii() or not number.isdigit():
        raise ValueError(f"{text!r} is no size")
    return int(number) * 1000


def parse_with_an_error_of_its_own(text):
    if text != "5k":
        raise Refused(text)


def parse_as_documented(text):
    """Return what is known.

    Raises:
        KeyError: Nothing is.
    """
    return {"5k": 5}[text]


def settings_from_dict(told):
    return told["name"].upper()


def compute(text):
    return text[7]


def main(argv):
    parser = argparse.ArgumentParser()
    parser.add_argument("path")
    parser.add_argument("--count", type=int, default=1)
    told = parser.parse_args(argv)
    with open(told.path) as file:
        return file.read()[: told.count]




@click.command()
@click.argument("number")
def halve(number):
    click.echo(int(number) // 2)


@click.command()
@click.argument("number", type=click.IntRange(0, 9))
def halve_well(number):
    click.echo(number // 2)
'''
TEST = """
from click.testing import CliRunner

import tools


def test_parsers():
    assert tools.parse_size("5k") == 5000
    assert tools.parse_size_well("5k") == 5000
    tools.parse_with_an_error_of_its_own("5k")
    assert tools.parse_as_documented("5k") == 5
    assert tools.settings_from_dict({"name": "a"}) == "A"
    assert tools.compute("12345678") == "8"


def test_commands(tmp_path):
    (tmp_path / "a.txt").write_text("text")
    assert tools.main([str(tmp_path / "a.txt")]) == "t"
    for command in (tools.halve, tools.halve_well):
        assert CliRunner().invoke(command, ["4"]).exit_code == 0
"""
