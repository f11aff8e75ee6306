"""Find the source of a public name of the library, without importing it.

``find("mmdl.stats.ridge", root)`` follows the imports of ``mmdl/stats/__init__.py``
to the file that defines ``ridge`` and returns its lines. A build that shows them
depends on every file that was read on the way.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from inspect import cleandoc
from pathlib import Path
from textwrap import dedent, wrap

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.stmt
Prose = Callable[[str], str]
COLUMNS = 79
HAS_DOC = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class NotFoundError(Exception):
    """No such name; the message says how far the search came."""


@dataclass(frozen=True)
class Found:
    """A definition: its node, the file, and all files read on the way."""

    node: Definition
    name: str
    path: Path
    files: tuple[Path, ...]


@lru_cache(maxsize=256)
def _parse(path: Path, _stamp: tuple[int, int]) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def parse(path: Path) -> ast.Module:
    """Parse a file (once, as long as it does not change)."""
    stat = path.stat()
    return _parse(path, (stat.st_mtime_ns, stat.st_size))


def module_file(module: str, root: Path) -> Path | None:
    """Return the file of ``mmdl.stats`` below ``root``, or None."""
    base = root.joinpath(*module.split("."))
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


def find(name: str, root: Path) -> Found:
    """Find the definition of the dotted ``name`` in the packages below ``root``."""
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:cut])
        path = module_file(module, root)
        if path:
            return _find(parts[cut:], module, path, root)
    raise NotFoundError(f"no module {parts[0]!r} in the library")


def _find(names: list[str], module: str, path: Path, root: Path) -> Found:
    files = [path]
    for _ in range(20):  # a chain of re-exports is two or three long
        node = _defined(parse(path).body, names[0])
        if node is not None:
            for inner in names[1:]:
                body = node.body if isinstance(node, ast.ClassDef) else []
                node = _defined(body, inner)
                if node is None:
                    raise NotFoundError(f"{module}.{names[0]} defines no {inner!r}")
            return Found(node, names[-1], path, tuple(files))
        origin = _imported(parse(path), names[0], module, path)
        target = origin and module_file(origin[0], root)
        if not target:
            break
        module, path, names = origin[0], target, [origin[1], *names[1:]]
        files.append(path)
    raise NotFoundError(f"{module} defines no {names[0]!r}")


def _defined(body: list[ast.stmt], name: str) -> Definition | None:
    for node in body:
        if isinstance(node, HAS_DOC) and node.name == name:
            return node
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        if any(isinstance(t, ast.Name) and t.id == name for t in targets):
            return node
    return None


def _imported(
    tree: ast.Module, name: str, module: str, path: Path
) -> tuple[str, str] | None:
    """Return the module and the name that ``name`` is imported from."""
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom):
            continue
        for alias in node.names:
            if (alias.asname or alias.name) == name:
                return _absolute(node, module, path), alias.name
    return None


def _absolute(node: ast.ImportFrom, module: str, path: Path) -> str:
    if not node.level:
        return node.module or ""
    drop = node.level - (path.name == "__init__.py")
    base = module.split(".")[: len(module.split(".")) - drop]
    return ".".join([*base, *([node.module] if node.module else [])])


def show(
    found: Found, *, doc: str = "summary", part: str = "all", prose: Prose = str
) -> str:
    """Return the lines of a definition, its docstrings cut to their summaries.

    ``doc`` is ``summary``, ``full`` or ``none``; ``part`` is ``all``, ``body`` (what
    stands below the signature and the docstring) or ``signature``; ``prose`` makes
    plain text of a summary's markup.
    """
    node = found.node
    lines = found.path.read_text(encoding="utf-8").split("\n")
    first = min([d.lineno for d in getattr(node, "decorator_list", [])] + [node.lineno])
    last = node.end_lineno or node.lineno
    keep = dict(enumerate(lines[first - 1 : last], first))
    if isinstance(node, HAS_DOC):
        for inner in (n for n in ast.walk(node) if isinstance(n, HAS_DOC)):
            _cut_docstring(keep, inner, doc, prose)
        keep = _part(keep, node, part)
    return dedent("\n".join(line for _, line in sorted(keep.items()))).strip("\n")


def _part(keep: dict[int, str], node: Definition, part: str) -> dict[int, str]:
    body = node.body[1:] if _docstring(node) else node.body
    start = body[0].lineno if body else (node.end_lineno or 0) + 1
    for decorator in getattr(body[0], "decorator_list", []) if body else []:
        start = min(start, decorator.lineno)
    if part == "body":
        return {n: line for n, line in keep.items() if n >= start}
    if part == "signature":
        end = node.body[0].lineno
        return {n: line for n, line in keep.items() if n < end}
    return keep


def _docstring(node: Definition) -> ast.expr | None:
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return first.value if isinstance(first.value.value, str) else None
    return None


def _cut_docstring(
    keep: dict[int, str], node: Definition, doc: str, prose: Prose
) -> None:
    value = _docstring(node)
    if value is None or doc == "full" or value.lineno not in keep:
        return
    end = value.end_lineno or value.lineno
    quoted = [keep.pop(number) for number in range(value.lineno, end + 1)]
    if doc == "none":
        if not keep.get(end + 1, "").strip():
            keep.pop(end + 1, None)
        return
    indent = " " * value.col_offset
    summary = cleandoc(value.value).split("\n\n", 1)[0]
    mark = "" if summary.endswith((".", "!", "?")) else " …"
    text = f'{indent}"""{prose(summary)}{mark}"""'
    lines = wrap(text, COLUMNS, subsequent_indent=indent, break_long_words=False)
    keep[value.lineno] = "\n".join(lines if len(quoted) > 1 else [text])
