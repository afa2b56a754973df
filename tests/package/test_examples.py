"""What the page of functions promises: examples that run, and types that are said."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

import sorafenib_book

MODULES = [
    module.name
    for module in pkgutil.walk_packages(sorafenib_book.__path__, "sorafenib_book.")
    if not module.name.startswith("sorafenib_book.book_ext") and "._" not in module.name
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_every_public_function_says_its_types(name):
    module = importlib.import_module(name)
    untyped = []
    for thing in (getattr(module, public) for public in getattr(module, "__all__", ())):
        methods = [each for _, each in inspect.getmembers(thing, inspect.isfunction)] if inspect.isclass(thing) else []
        for function in methods if inspect.isclass(thing) else filter(inspect.isfunction, [thing]):
            if function.__name__.startswith("_") or function.__module__ != name:
                continue
            said = inspect.signature(function)
            kinds = [p.annotation for key, p in said.parameters.items() if key != "self"] + [said.return_annotation]
            if inspect.Signature.empty in kinds:
                untyped.append(function.__qualname__)
    assert not untyped, f"{name}: {', '.join(untyped)}"
