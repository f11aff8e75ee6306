r"""The one macro table: book/macros.yml feeds KaTeX and the LaTeX preamble.

A row ``norm: {tex: '\lVert #1\rVert', means: norm, sample: '\norm{x}'}``
becomes ``{"\norm": "\lVert #1\rVert"}`` for KaTeX (which counts the arguments
itself) and ``\DeclareRobustCommand\norm[1]{…}`` for LaTeX. The table is checked
when it is read, so that a slip names its line and not a formula far away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

COMMAND = re.compile(r"\\([A-Za-z]+)")
PACKAGES = ("amsmath", "amssymb", "mathtools")
KEYS = {"tex", "means", "sample"}


@dataclass(frozen=True)
class Macro:
    r"""One row: ``\name`` with ``arity`` arguments in braces means ``tex``."""

    name: str
    tex: str
    means: str
    sample: str
    group: str

    @property
    def arity(self) -> int:
        """The highest ``#n`` of the definition."""
        return max(map(int, re.findall(r"#(\d)", self.tex)), default=0)


def read(path: Path) -> dict[str, Macro]:
    """Read and check the table; every complaint names file and line."""
    text = path.read_text(encoding="utf-8")
    try:
        groups = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise _error(
            path, line, f"not YAML ({getattr(error, 'problem', error)})"
        ) from None
    if not isinstance(groups, dict):
        raise _error(path, 1, "expected groups of macros")
    table: dict[str, Macro] = {}
    for group, rows in groups.items():
        if not isinstance(rows, dict | None):
            line = _line(text, str(group))
            raise _error(path, line, f"the group {group} holds no macros")
        for name, row in (rows or {}).items():
            line = _line(text, str(name))
            if name in table:
                raise _error(path, line, f"\\{name} is defined twice")
            table[name] = _macro(path, line, str(group), str(name), row)
    for macro in table.values():
        if macro.name in used(macro.tex, table):
            raise _error(path, _line(text, macro.name), f"\\{macro.name} calls itself")
    return table


def _macro(path: Path, line: int, group: str, name: str, row: object) -> Macro:
    if not re.fullmatch("[A-Za-z]+", name):
        raise _error(path, line, f"{name!r} is no name for a macro; use letters only")
    if not isinstance(row, dict) or not {"tex", "means"} <= set(row) <= KEYS:
        raise _error(
            path, line, f"\\{name} expects the keys tex, means and perhaps sample"
        )
    if not all(isinstance(words, str) for words in row.values()):
        raise _error(path, line, f"\\{name} expects text; put it into quotes")
    macro = Macro(name, row["tex"], row["means"], row.get("sample", f"\\{name}"), group)
    numbers = set(map(int, re.findall(r"#(\d)", macro.tex)))
    if numbers != set(range(1, macro.arity + 1)):
        raise _error(
            path, line, f"\\{name} skips an argument: it uses #{sorted(numbers)}"
        )
    if name not in COMMAND.findall(macro.sample):
        raise _error(path, line, f"the sample of \\{name} does not use it")
    if macro.arity and "sample" not in row:
        raise _error(path, line, f"\\{name} takes arguments and has no sample")
    return macro


def _line(text: str, name: str) -> int:
    found = re.search(rf"^\s+{re.escape(name)}\s*:", text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else 1


def _error(path: Path, line: int, what: str) -> ConfigError:
    return ConfigError(f"{path}:{line}: {what}; mend the table of macros.")


def used(tex: str, table: dict[str, Macro]) -> dict[str, Macro]:
    """The macros that a formula calls, directly or through others, by name."""
    found: dict[str, Macro] = {}
    queue = COMMAND.findall(tex)
    while queue:
        name = queue.pop()
        if name in table and name not in found:
            found[name] = table[name]
            queue += COMMAND.findall(table[name].tex)
    return dict(sorted(found.items()))


def for_katex(table: dict[str, Macro]) -> dict[str, str]:
    """KaTeX's ``macros`` option."""
    return {f"\\{m.name}": m.tex for m in table.values()}


def for_latex(table: dict[str, Macro]) -> str:
    """The preamble's lines: robust, so that captions may use them too."""
    lines = [f"\\RequirePackage{{{name}}}" for name in PACKAGES]
    for m in table.values():
        arity = f"[{m.arity}]" if m.arity else ""
        lines.append(f"\\DeclareRobustCommand\\{m.name}{arity}{{{m.tex}}}")
    return "\n".join(lines) + "\n"


def table_of(app: Sphinx) -> dict[str, Macro]:
    """The table of this build (read once; ``macros_file`` is relative to the book)."""
    if not hasattr(app, "macro_table"):
        path = Path(app.confdir) / app.config.macros_file
        if not path.is_file():
            raise ConfigError(
                f"{path}: the table of macros is missing; set macros_file."
            )
        app.macro_table = read(path)  # type: ignore[attr-defined]
    return app.macro_table


def _extend_preamble(app: Sphinx, config: Config) -> None:
    elements = dict(config.latex_elements)
    elements["preamble"] = elements.get("preamble", "") + for_latex(table_of(app))
    config.latex_elements = elements  # type: ignore[attr-defined]


def setup(app: Sphinx) -> dict[str, object]:
    """Register the table's file and the preamble."""
    app.add_config_value("macros_file", "book/macros.yml", "env", types=(str,))
    app.connect("config-inited", _extend_preamble, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
