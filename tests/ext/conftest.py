"""Tiny books: a few files, built in this process by Sphinx with our extensions."""

import sys
import warnings
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "book/_ext"))

PLAN = """\
parts:
  - {number: I, title: Learning from data, folder: learning, chapters: [
      {number: 1, slug: first, title: First},
      {number: 2, slug: second, title: Second},
      {number: N, slug: pause, title: Pause}]}
  - {number: "", title: Appendices, folder: appendices, chapters: [
      {number: B, slug: notation, title: Notation},
      {number: J, slug: solutions, title: Solutions},
      {number: K, slug: bibliography, title: Bibliography}]}
"""
EXTENSIONS = (
    "section_refs",
    "statements",
    "boxes",
    "exercises",
    "displays",
    "align",
)
MACROS = "sets:\n  R: {tex: '\\mathbb{R}', means: the real numbers}\n"
SUFFIX = {"myst_parser": "markdown", "myst_nb": "myst-nb"}
MYST = ["amsmath", "colon_fence", "dollarmath"]


@dataclass
class Built:
    """What a build left: the environment, the warnings, the output folder."""

    app: object
    warnings: str
    out: Path

    @property
    def env(self):
        return self.app.env

    def html(self, docname: str) -> str:
        return (self.out / f"{docname}.html").read_text(encoding="utf-8")

    @property
    def tex(self) -> str:
        newest = max(self.out.glob("*.tex"), key=lambda path: path.stat().st_mtime_ns)
        return newest.read_text(encoding="utf-8")


@pytest.fixture
def book(tmp_path):
    """Return a function that writes files and builds them.

    ``book({"learning/second": "# Title"})`` makes a book whose only chapter is
    chapter 2; the files join the table of contents in the order given. ``more``
    names further extensions.
    """
    source = tmp_path / "source"

    def build(files: dict[str, str], builder: str = "html", **config) -> Built:
        write(source, files)
        parser = config.pop("parser", "myst_parser")
        settings = {
            "extensions": [parser, *EXTENSIONS, *config.pop("more", ())],
            "source_suffix": {".md": SUFFIX[parser]},
            "myst_enable_extensions": MYST,
            "myst_dmath_double_inline": True,
            "mmdl_plan": "book/plan.yml",
            "root_doc": "index",
            "numfig": True,
            "math_numfig": True,
            "html_theme": "basic",
            "latex_engine": "xelatex",
            **config,
        }
        return run_sphinx(source, tmp_path / builder, builder, settings)

    return build


def write(source: Path, files: dict[str, str]) -> None:
    """Write the plan, the chapters and a root document that lists them."""
    docnames = [f"book/{name}" for name in files]
    toc = "\n".join(docnames)
    index = f"# Book\n\n```{{toctree}}\n{toc}\n```\n"
    texts = {"index.md": index, "book/plan.yml": PLAN, "book/macros.yml": MACROS}
    texts |= {f"book/{name}.md": dedent(text) for name, text in files.items()}
    for name, text in texts.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def run_sphinx(source: Path, out: Path, builder: str, settings: dict) -> Built:
    """Build ``source``; warnings of libraries are not ours to judge."""
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace

    log = StringIO()
    # Sphinx shares its default lists between builds of one process.
    lists = ("templates_path", "html_static_path", "html_css_files", "html_js_files")
    settings = {**{name: [] for name in lists}, **settings}
    with docutils_namespace(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        app = Sphinx(
            str(source),
            None,
            str(out),
            str(out / ".doctrees"),
            builder,
            settings,
            status=None,
            warning=log,
            parallel=settings.pop("parallel", 1),
        )
        app.build()
    return Built(app, log.getvalue(), out)
