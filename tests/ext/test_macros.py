"""The table of macros: what it refuses, and that KaTeX and LaTeX agree on it."""

import re
import shutil
import subprocess
from pathlib import Path

import macros
import pytest
from katex_engine import VENDOR, Engine, only_katex
from sphinx.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]
TABLE = macros.read(ROOT / "book" / "macros.yml")


@pytest.fixture
def table(tmp_path):
    """Read a table given as text."""

    def read(text):
        path = tmp_path / "macros.yml"
        path.write_text(text, encoding="utf-8")
        return macros.read(path)

    return read


@pytest.mark.parametrize("macro", TABLE.values(), ids=lambda m: m.name)
def test_katex_renders_the_sample_of_every_macro(macro):
    formula = Engine(TABLE).render(macro.sample, display=True)
    assert "katex-html" in formula.html
    assert formula.width > 0


def test_both_outputs_know_the_same_macros_with_the_same_arguments():
    latex = macros.for_latex(TABLE)
    for name, tex in macros.for_katex(TABLE).items():
        arity = TABLE[name[1:]].arity
        arguments = f"[{arity}]" if arity else ""
        assert f"\\DeclareRobustCommand{name}{arguments}{{{tex}}}\n" in latex


@pytest.mark.skipif(not shutil.which("xelatex"), reason="no TeX on this machine")
def test_latex_sets_the_sample_of_every_macro_even_in_a_caption(tmp_path):
    formulas = "".join(
        f"${m.sample}$\n\n\\begin{{figure}}\\caption{{${m.sample}$}}\\end{{figure}}\n"
        f"\\clearpage\n"
        for m in TABLE.values()
    )
    (tmp_path / "all.tex").write_text(
        "\\documentclass{article}\n" + macros.for_latex(TABLE) + "\\begin{document}\n"
        "\\listoffigures\n" + formulas + "\\end{document}\n",
        encoding="utf-8",
    )
    command = ["xelatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    for _ in range(2):  # the second run reads the captions back
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
        assert run.returncode == 0, run.stdout.decode(errors="replace")[-2000:]


@pytest.mark.skipif(not shutil.which("xelatex"), reason="no TeX on this machine")
def test_the_list_of_commands_that_only_katex_knows_is_complete(tmp_path, accepts):
    script = (VENDOR / "katex.min.js").read_text(encoding="utf-8")
    names = sorted(set(re.findall(r'"\\\\([A-Za-z]+)"', script)))
    probe = "\\ifcsname %s\\endcsname\\else\\typeout{MISSING %s}\\fi\n"
    (tmp_path / "all.tex").write_text(
        "\\documentclass{book}\n\\usepackage{fontspec}\n"
        + macros.for_latex(TABLE)
        + "\\begin{document}\n"
        + "".join(probe % (name, name) for name in names)
        + "\\end{document}\n",
        encoding="utf-8",
    )
    command = ["xelatex", "-interaction=nonstopmode", "all.tex"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    missing = set(re.findall(r"MISSING (\w+)", run.stdout.decode(errors="replace")))
    accepted = {name for name in missing if accepts(name)}
    assert accepted == only_katex()


@pytest.fixture(scope="module")
def accepts():
    """Whether KaTeX has a command, whatever it wants to follow."""
    import quickjs

    context = quickjs.Context()
    context.eval((VENDOR / "katex.min.js").read_text(encoding="utf-8"))
    render = context.eval(
        "(tex) => { try { katex.renderToString(tex); return '' }"
        " catch (error) { return JSON.stringify(error.message) } }"
    )
    return lambda name: "Undefined control" not in render(f"\\{name}")


def test_the_macros_of_a_formula_are_found_through_other_macros(table):
    read = table(
        "g:\n  a: {tex: x, means: x}\n  b: {tex: '\\a y', means: y}\n"
        "  c: {tex: z, means: z}\n"
    )
    assert list(macros.used("\\b + \\bb", read)) == ["a", "b"]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("R2: {tex: x, means: y}", r":2: 'R2' is no name"),
        ("a: {tex: x}", r":2: \\a expects the keys"),
        ("a: x", r":2: \\a expects the keys"),
        ("a: {tex: x, means: y, wrong: z}", r":2: \\a expects the keys"),
        ("a: {tex: '#1', means: y}", r"\\a takes arguments and has no sample"),
        ("a: {tex: '#2', means: y, sample: '\\a{x}{y}'}", r"skips an argument"),
        ("a: {tex: x, means: y, sample: z}", r"sample of \\a does not use it"),
        ("a: {tex: '\\b', means: y}\n  b: {tex: '\\a', means: y}", r"\\a calls itself"),
        ("a: {tex: 3, means: y}", r":2: \\a expects text; put it into quotes"),
        ("a: {tex: x, means: y", r"macros\.yml:\d: not YAML"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(table, row, complaint):
    with pytest.raises(ConfigError, match=complaint):
        table(f"group:\n  {row}\n")


def test_a_group_without_macros_is_refused(table):
    with pytest.raises(ConfigError, match=":1: the group group holds no macros"):
        table("group: 3\n")


def test_a_macro_in_two_groups_is_refused(table):
    with pytest.raises(ConfigError, match=r"\\a is defined twice"):
        table("g:\n  a: {tex: x, means: y}\nh:\n  a: {tex: x, means: y}\n")
