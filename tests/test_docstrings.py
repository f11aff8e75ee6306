"""What docstrings promise: every example runs, and every public name explains itself.

Public is what the library's pages describe, the modules named in ``book/api``.
"""

import doctest
import importlib
import inspect
import pkgutil
import re
import sys
from pathlib import Path

import numpy as np
import pytest

import mmdl
from mmdl.autodiff import PRIMITIVES
from mmdl.autodiff.boxes import FUNCTIONS, UFUNCS

MODULES = ["mmdl"] + [m.name for m in pkgutil.walk_packages(mmdl.__path__, "mmdl.")]
# The engine's rules for NumPy's functions keep NumPy's words and examples.
NUMPYS = {
    getattr(place, name).__doc__ for place in (np, np.linalg) for name in dir(place)
}
PAGES = Path(__file__).parents[1] / "book" / "api"
SECTION = re.compile(r"^([A-Z][a-z]+)\n-+$", re.MULTILINE)


@pytest.fixture
def nothing_left():
    """Take back what examples enter into the registries, close their figures."""
    before = [(r, dict(r)) for r in (PRIMITIVES, FUNCTIONS, UFUNCS)]
    yield
    for registry, kept in before:
        registry.clear()
        registry.update(kept)
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.mark.usefixtures("nothing_left")
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


def described_modules():
    for page in sorted(PAGES.glob("*.rst")):
        yield from re.findall(
            r"^\.\. api-module:: (\S+)", page.read_text(), re.MULTILINE
        )


def public():
    """The functions and classes of the pages, by name."""
    found = {}
    for name in described_modules():
        module = importlib.import_module(name)
        own = [n for n, v in vars(module).items() if _defined_in(v, name, n)]
        for n in getattr(module, "__all__", own):
            thing = getattr(module, n)
            if callable(thing) and hasattr(thing, "__name__"):
                found[f"{name}.{n}"] = thing
    return found


def _defined_in(thing, module, name):
    return not name.startswith("_") and getattr(thing, "__module__", "") == module


PUBLIC = public()
every_name = pytest.mark.parametrize("name", PUBLIC)


def sections(thing):
    """The parts of a docstring by their titles; what stands first has the title ''."""
    parts = SECTION.split(inspect.getdoc(thing) or "")
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def entries(text):
    """The names of a list such as ``Parameters``."""
    heads = re.findall(r"^(\S.*?)(?: : .*)?$", text, re.MULTILINE)
    return {n.strip().lstrip("*") for head in heads for n in head.split(",")}


def parameters(thing):
    if inspect.isclass(thing) and "__init__" not in vars(thing):
        return set()  # those of the base class, described there
    if inspect.isfunction(thing) and hasattr(thing, "primitive"):
        return {"x"}  # a primitive's function takes what its kind allows
    try:
        listed = inspect.signature(thing).parameters.values()
    except ValueError:
        return set()
    return {p.name for p in listed if p.kind is not p.VAR_KEYWORD and p.name[:1] != "_"}


def test_the_pages_describe_every_package():
    described = {name.split(".")[1] for name in described_modules()}
    hidden = {"progress"}  # shown with mmdl.train
    tops = {name.split(".")[1] for name in MODULES[1:]}
    assert tops - {t for t in tops if t.startswith("_")} - hidden <= described


@every_name
def test_a_public_name_opens_with_one_line_that_ends(name):
    first, *rest = (inspect.getdoc(PUBLIC[name]) or "").split("\n")
    assert first[-1:] in {".", "?"}
    assert not rest or not rest[0].strip()


@every_name
def test_a_public_name_lists_its_parameters(name):
    parts = sections(PUBLIC[name])
    told = entries(parts.get("Parameters", ""))
    for base in getattr(PUBLIC[name], "__mro__", ()):  # a record's fields
        told |= entries(sections(base).get("Attributes", ""))
    assert parameters(PUBLIC[name]) <= told


@every_name
def test_a_public_function_says_what_it_returns(name):
    thing = PUBLIC[name]
    if inspect.isclass(thing):
        return
    silent = getattr(thing, "__annotations__", {}).get("return", "") in (None, "None")
    assert silent or {"Returns", "Yields"} & set(sections(thing))


@every_name
def test_a_public_name_has_an_example(name):
    assert ">>> " in sections(PUBLIC[name]).get("Examples", "")


@every_name
def test_matrices_have_their_shapes(name):
    for line in sections(PUBLIC[name]).get("Parameters", "").split("\n"):
        names, _, kind = line.partition(" : ")
        if re.fullmatch(r"[A-Z](, [A-Z])*", names) and "int" not in kind:
            assert "(" in kind or "shape" in kind, line
