"""``new layer`` and its like: a piece of the library with its test, right as it stands.

What is written is a small true example with a word of advice in each place. The
registries take the new name, so that the tests of all layers (losses, …) run on it and
its page describes it.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Mapping
from typing import NamedTuple

from mmdl_book.errors import BookError, UsageError
from mmdl_book.layout import Layout
from mmdl_book.registries import tidy, with_import, with_item
from mmdl_book.skeletons import template, write

LONGEST = 24  # letters of a name: it stands in lines of at most 88
CAMEL, SNAKE = r"[A-Z][A-Za-z0-9]*", r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
NEXT = """\
Next:
    python dev.py test {test}
    python dev.py test {folder}
    git switch -c {file} && git add -A && git commit -m "Draft {article} {kind}"
"""


class Kind(NamedTuple):
    """Where a kind of piece lives, and which tables name it."""

    package: str  # of mmdl, and the folder of its tests
    form: str
    tables: tuple[str, ...]  # in the package's __init__, besides __all__
    cases: Mapping[str, tuple[str, str]] = {}  # test file: its table, the new item


KINDS = {
    "layer": Kind(
        "nn",
        CAMEL,
        ("LAYERS",),
        {"nn_cases.py": ("CASES", "Case(nn.@NAME@, typed(nn.@NAME@, 3), ROWS)")},
    ),
    "activation": Kind(
        "functional",
        SNAKE,
        ("ACTIVATIONS",),
        {
            "test_functional_oracle.py": (
                "ACTIVATIONS",
                "fn.@NAME@: lambda x: x * torch.rsqrt(1 + x * x)",
            )
        },
    ),
    "loss": Kind(
        "functional",
        SNAKE,
        ("LOSSES",),
        {
            "functional_cases.py": (
                "ROWS",
                'Case("@NAME@", fn.@NAME@, ((4, 3), (4, 3)))',
            )
        },
    ),
    "optimizer": Kind("optim", CAMEL, ("OPTIMIZERS",)),
    "dataset": Kind("data", SNAKE, ("SETS",)),
}


def make(book: Layout, kind: str, name: str) -> str:
    """Write the piece, its test, and its name into the registries; what to do next."""
    where = KINDS[kind]
    _check(book, kind, name)
    file, package = snake(name), f"mmdl/{where.package}"
    test = f"tests/{where.package}/test_{where.package}_{file}.py"
    words = {"NAME": name, "FILE": file}
    source = f"{package}/{file}.py"
    created = {
        source: template(f"library/{kind}.py.txt", words),
        test: template(f"library/test_{kind}.py.txt", words),
    }
    edited = dict(_entered(book, where, name, file))
    both = [{n: tidy(book.root, n, t) for n, t in f.items()} for f in (created, edited)]
    write(book, *both)
    told = f"Wrote {source}, {test}; entered {name} in {', '.join(edited)}.\n"
    told += f"Its entry in the book stands on the page mmdl.{where.package}.\n"
    article = "an" if kind[0] in "aeiou" else "a"
    folder = f"tests/{where.package}"
    more = {"file": file.replace("_", "-"), "article": article, "kind": kind}
    return told + NEXT.format(test=test, folder=folder, **more).rstrip()


def snake(name: str) -> str:
    """``SmoothScale`` as a file's name: ``smooth_scale``."""
    edges = r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"
    return re.sub(edges, "_", name).lower()


def camel(name: str) -> str:
    """``smooth_scale`` as a class's name: ``SmoothScale``."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[\W_]+", name))


def _entered(book: Layout, where: Kind, name: str, file: str) -> dict[str, str]:
    """The files that name all pieces, with one more."""
    init = f"mmdl/{where.package}/__init__.py"
    text = _opened(book, init)
    text = with_import(text, f"from mmdl.{where.package}.{file} import {name}")
    for table in where.tables:
        text = with_item(text, table, name)
    edited = {init: with_item(text, "__all__", f'"{name}"')}
    for test, (table, item) in where.cases.items():
        path = f"tests/{where.package}/{test}"
        cases = _opened(book, path)
        edited[path] = with_item(cases, table, item.replace("@NAME@", name))
    return edited


def _opened(book: Layout, name: str) -> str:
    """A source file that is there and that Python can read."""
    path = book.root / name
    if not path.exists():
        raise BookError(f"new: expected {name}, found none; is this the whole book?")
    text = path.read_text("utf8")
    try:
        ast.parse(text)
    except SyntaxError as error:
        place = f"{name}:{error.lineno}:{error.offset}"
        raise BookError(
            f"{place}: Python cannot read it: {error.msg}; mend it first."
        ) from None
    return text


def _check(book: Layout, kind: str, name: str) -> None:
    """Refuse a name that Python, the house's style or the library does not allow."""
    where = KINDS[kind]
    wanted = camel(name) if where.form == CAMEL else snake(re.sub(r"\W+", "_", name))
    if not re.fullmatch(where.form, name):
        form = "like SmoothScale" if where.form == CAMEL else "like smooth_scale"
        fits = wanted != name and re.fullmatch(where.form, wanted)
        guess = f"did you mean {wanted}?" if fits else "begin it with a letter."
        raise UsageError(
            f"new {kind}: expected a name {form}, received {name}; {guess}"
        )
    if len(name) > LONGEST:
        raise UsageError(
            f"new {kind}: expected at most {LONGEST} letters, received {len(name)}; "
            "choose a shorter name."
        )
    if (
        keyword.iskeyword(name)
        or keyword.issoftkeyword(name)
        or hasattr(builtins, name)
    ):
        raise UsageError(
            f"new {kind}: {name} is a word of Python; choose another name."
        )
    taken = _names(book, where.package)
    if name.lower() in taken:
        have = taken[name.lower()]
        raise UsageError(
            f"new {kind}: mmdl.{where.package} has {have} already; choose another name."
        )


def _names(book: Layout, package: str) -> dict[str, str]:
    """What the package's ``__init__`` and its files define, in small letters."""
    names = [path.stem for path in (book.root / "mmdl" / package).glob("*.py")]
    for node in ast.parse(_opened(book, f"mmdl/{package}/__init__.py")).body:
        if isinstance(node, ast.ImportFrom | ast.Import):
            names += [alias.asname or alias.name for alias in node.names]
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.append(node.name)
    return {name.lower(): name for name in names}
