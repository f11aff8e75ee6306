"""Every public module of the library has its page, and the page can be made."""

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest
import yaml
from source_code import find

import mmdl

ROOT = Path(__file__).resolve().parents[2]
PAGES = {p.stem: p.read_text(encoding="utf-8") for p in ROOT.glob("book/api/*.rst")}
MODULE = re.compile(r"^\.\. api-module:: (\S+)$", re.MULTILINE)
DESCRIBED = [name for text in PAGES.values() for name in MODULE.findall(text)]
HELPERS = {"progress"}  # used by train, no part of the interface


def test_every_public_module_is_described():
    public = {m.name for m in pkgutil.iter_modules(mmdl.__path__) if m.name[0] != "_"}
    missing = {f"mmdl.{name}" for name in public - HELPERS} - set(DESCRIBED)
    assert not missing, f"add {sorted(missing)} to book/api/ and to _toc.yml"


def test_every_page_stands_in_the_table_of_contents():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [c["file"] for part in toc["parts"] for c in part["chapters"]]
    assert {f"book/api/{name}" for name in PAGES} <= set(files)


@pytest.mark.parametrize("module", DESCRIBED)
def test_every_public_name_has_a_source_and_a_summary(module):
    package = importlib.import_module(module)
    for name in getattr(package, "__all__", []):
        thing = getattr(package, name)
        if inspect.ismodule(thing):
            continue
        assert find(f"{module}.{name}", ROOT).node is not None
        if inspect.isfunction(thing) or inspect.isclass(thing):
            summary = (inspect.getdoc(thing) or "").split("\n\n")[0]
            assert summary.endswith((".", ":", "?")), f"{module}.{name}: {summary!r}"
