"""Every example in a docstring of the library runs and prints what it says."""

import doctest
import importlib
import pkgutil

import numpy as np
import pytest

import mmdl

MODULES = ["mmdl"] + [m.name for m in pkgutil.walk_packages(mmdl.__path__, "mmdl.")]
# The engine's rules for NumPy's functions keep NumPy's words and examples.
NUMPYS = {
    getattr(place, name).__doc__ for place in (np, np.linalg) for name in dir(place)
}


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_module_print_what_they_say(name):
    module = importlib.import_module(name)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for examples in doctest.DocTestFinder(exclude_empty=True).find(module, name):
        owner = module
        for part in examples.name.removeprefix(name).split(".")[1:]:
            owner = getattr(owner, part, owner)
        if owner.__doc__ not in NUMPYS:
            runner.run(examples)
    assert runner.summarize().failed == 0
