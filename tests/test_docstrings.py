"""Every example in a docstring of the library runs and prints what it says."""

import doctest
import importlib
import pkgutil

import pytest

import mmdl

MODULES = ["mmdl"] + [m.name for m in pkgutil.walk_packages(mmdl.__path__, "mmdl.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_module_print_what_they_say(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0
