"""Arrows go one way: who may import whom, and what stays out until it is asked for."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import mmdl

ROOT = Path(mmdl.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
# Each layer with what it may import from the library, besides itself.
BELOW = {
    "errors": set(),
    "_memory": set(),
    "io": {"errors"},
    "stats": {"errors", "functional"},  # sigmoid, softmax and their logarithms
    "data": {"errors", "io"},
    "byhand": {"errors"},
    "autodiff": {"errors", "_memory"},
}
UP = {"nn", "optim", "train", "plot"}


def _imports(file, *, inside_functions=True):
    """The modules that a file names in its import statements."""
    tree = ast.parse(file.read_text())
    nodes = ast.walk(tree) if inside_functions else tree.body
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            if node.module == "mmdl":
                yield from (f"mmdl.{alias.name}" for alias in node.names)
            else:
                yield node.module


def _layer(file):
    return file.relative_to(ROOT).with_suffix("").parts[0]


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_nothing_but_plot_imports_matplotlib(file):
    roots = {name.split(".")[0] for name in _imports(file)}
    if _layer(file) != "plot":
        assert not roots & {"matplotlib", "pylab", "mpl_toolkits"}


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_only_numpy_is_needed_at_run_time(file):
    known = set(sys.stdlib_module_names) | {"numpy", "mmdl"}
    known |= {"matplotlib"} if _layer(file) == "plot" else set()
    known |= {"js"}  # the browser's own, inside functions
    assert {name.split(".")[0] for name in _imports(file)} <= known
    top = {name.split(".")[0] for name in _imports(file, inside_functions=False)}
    assert "js" not in top


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_no_module_imports_from_above(file):
    layer = _layer(file)
    names = {name.split(".")[1] for name in _imports(file) if name.startswith("mmdl.")}
    if layer in BELOW:
        assert names <= BELOW[layer] | {layer}
    elif layer == "functional":
        assert not names & UP


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_nothing_executes_what_it_reads(file):
    banned = {"pickle", "marshal", "shelve", "yaml", "dill"}
    assert not {name.split(".")[0] for name in _imports(file)} & banned
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"eval", "exec"}


@pytest.mark.parametrize(
    "module", ["mmdl", "mmdl.stats", "mmdl.data", "mmdl.io", "mmdl.byhand"]
)
def test_a_module_brings_neither_plots_nor_the_network(module):
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    heavy = {"matplotlib", "ssl", "socket", "urllib.request", "IPython", "scipy"}
    assert not set(done.stdout.decode().split()) & heavy
