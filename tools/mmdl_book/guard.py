"""What a page may not do to those who build it and read it (a Sphinx extension).

`check` finds the same from the text alone, in a second. Here it is refused by what
Sphinx makes of a page, whatever form its author found for it: files from elsewhere,
addresses that run something, and execution by anything but `execute`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from myst_nb.core.execute.base import NotebookClientBase
from myst_parser.warnings_ import MystWarnings
from sphinx.addnodes import toctree
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, sphinx_domains

from mmdl_book.safe_outputs import REMEDY, faults
from mmdl_book.safe_svg import svg_faults

logger = logging.getLogger(__name__)

OURS = "book/api/"  # pages about the library; they import it
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
RUNNING = {"execution_timeout"}  # what a header may say of the run of its cells
ADDRESSES = {"http", "https", "mailto"}
# docutils' own words for: no include, no csv-table of a file; no raw
CLOSED = {"file_insertion_enabled": False, "raw_enabled": False}


def close_doors(app: Sphinx) -> None:
    """Let no page show a file of the machine, or pass HTML and TeX through."""
    app.env.settings.update(CLOSED)


class RefusedDirective(SphinxDirective):
    """Stands for a directive that a foreign page may not use."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Say so."""
        message = f"the directive {self.name} is not for chapters; write Markdown."
        logger.warning(message, location=self.get_location())
        return []


def refuse_directives(app: Sphinx) -> None:
    """In an untrusted build, know the book's directives only."""
    if not app.config.mmdl_untrusted or hasattr(sphinx_domains, "mmdl_known"):
        return
    from mmdl_book.lint.rules_structure import DIRECTIVES

    known = sphinx_domains.directive

    def directive(self: Any, name: str, *rest: Any) -> tuple[type[Directive], list]:
        foreign = not self.env.docname.startswith(OURS)
        untrusted = self.env.config.mmdl_untrusted
        if untrusted and foreign and name not in DIRECTIVES:
            return RefusedDirective, []
        return known(self, name, *rest)

    sphinx_domains.directive = directive  # type: ignore[method-assign]
    sphinx_domains.mmdl_known = known  # type: ignore[attr-defined]


def refuse_addresses(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of links and pictures that lead to no web page, and of hidden orders."""
    links = [(n, n.get("refuri", "")) for n in doctree.findall(nodes.reference)]
    for tree in doctree.findall(toctree):
        links += [(tree, address) for _, address in tree["entries"]]
    for node, address in links:
        scheme = SCHEME.match(_bare(address))
        if scheme and scheme[1].lower() not in ADDRESSES:
            message = f"a link by {scheme[1]}: leads to no web page; write https."
            logger.warning(message, location=node)
    for node in doctree.findall(nodes.image):
        if SCHEME.match(_bare(node["uri"])) or node["uri"].startswith("//"):
            message = "a picture from elsewhere; copy it into the chapter's folder."
            logger.warning(message, location=node)
    for node in doctree.findall(nodes.meta):
        if "http-equiv" in node:
            message = "the page gives orders to the browser; remove them."
            logger.warning(message, location=node)


def _bare(address: str) -> str:
    """An address as browsers read it: without blanks and control characters."""
    return re.sub(r"[\x00-\x20]", "", address)


class StrangerError(SphinxError):
    """Something is not of the book: warned of, and not to be copied or shown."""


def refuse_strangers(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Stop at pages, pictures and downloads that lie outside of the book."""
    root = Path(app.srcdir).resolve()
    allowed = [root / "book", Path(app.outdir).resolve().parent, root / "_build"]
    found: list[tuple[str, str, int]] = []
    for page in env.found_docs:
        path = Path(env.doc2path(page))
        if path.is_symlink() or not path.resolve().is_relative_to(root):
            message = "the page lies outside of the book; commit the file itself."
            found.append((message, page, 1))
    for name, pages in _copied(env):
        if message := _fault_of((root / name).resolve(), name, allowed):
            found += [(message, page, _line(env, page, name)) for page in sorted(pages)]
    for message, page, line in found:
        logger.warning(message, location=(page, line))
    if found:
        raise StrangerError
    return []


def _fault_of(path: Path, name: str, allowed: list[Path]) -> str:
    """What is wrong with a file that comes into the site, if anything is."""
    if not any(path.is_relative_to(folder) for folder in allowed):
        return f"{name} lies outside of the book; copy it into the chapter's folder."
    if path.suffix.lower() == ".svg" and path.is_relative_to(allowed[0]):
        for found in svg_faults(path.read_bytes()):
            return f"{name} holds {found}; save it as plain SVG."
    return ""


def _copied(env: BuildEnvironment) -> Iterator[tuple[str, set[str]]]:
    for name, (pages, _) in [*env.images.items(), *env.dlfiles.items()]:
        yield name, pages


def _line(env: BuildEnvironment, page: str, name: str) -> int:
    """The first line that speaks of a file."""
    lines = Path(env.doc2path(page)).read_text("utf8", errors="replace").splitlines()
    last = Path(name).name
    return next((i for i, line in enumerate(lines, 1) if last in line), 1)


class FromCache(NotebookClientBase):
    """Takes outputs from the executed chapters, and never runs anything."""

    def start_client(self) -> None:
        """Find the outputs, and look at them before a page shows them."""
        from jupyter_cache import get_cache

        self._refuse_cells()
        cells = [cell for cell in self.notebook.cells if cell.cell_type == "code"]
        if self.nb_config.execution_mode == "off" or not any(c.source for c in cells):
            return
        records = get_cache(self.nb_config.execution_cache_path)
        try:
            records.match_cache_notebook(self.notebook)
        except KeyError:
            raise ValueError(
                f"{self.path}: its cells were not run; build it by `mmdl-book build`."
            ) from None
        _, self._notebook = records.merge_match_into_notebook(self.notebook)
        for cell, line in zip(self.notebook.cells, self._source_map, strict=True):
            for found in faults(cell.get("outputs", [])):
                message = f"{found}; {REMEDY}."
                self.logger.warning(message, line=line)
                cell.outputs = []

    def _refuse_cells(self) -> None:
        """Raw cells pass HTML and TeX through; others may load any file."""
        for cell, line in zip(self.notebook.cells, self._source_map, strict=True):
            if cell.cell_type == "raw" or "load" in cell.metadata:
                kind = "a raw cell" if cell.cell_type == "raw" else "a cell that loads"
                message = f"{kind}: write {{code-cell}} ipython3 with its code below."
                self.logger.warning(message, line=line)
                cell.source = ""


def own_settings_only(config: Any, header: dict[str, Any], warn: Any) -> Any:
    """Let no header change how its page is read, made or run."""
    found = header.get("mystnb")
    more = set(found) - RUNNING if isinstance(found, dict) else {found} - {None}
    if "myst" in header:
        message = "the header sets myst; the whole book is read in one way."
        warn(MystWarnings.MD_TOPMATTER, message)
    if more:
        names = ", ".join(sorted(map(str, more)))
        message = f"the header sets mystnb: {names}; it may set execution_timeout."
        warn(MystWarnings.MD_TOPMATTER, message)
        header.pop("mystnb")
    return config


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    import myst_nb.sphinx_
    import myst_parser.parsers.sphinx_

    app.add_config_value("mmdl_untrusted", False, "env", types=(bool,))
    myst_nb.sphinx_.create_client = (  # type: ignore[assignment]
        lambda notebook, source, config, log, *_: FromCache(
            notebook, Path(source), config, log
        )
    )
    for parser in (myst_nb.sphinx_, myst_parser.parsers.sphinx_):
        parser.merge_file_level = own_settings_only  # type: ignore[assignment]
    app.connect("builder-inited", close_doors)
    app.connect("builder-inited", refuse_directives)
    app.connect("doctree-read", refuse_addresses)
    app.connect("env-updated", refuse_strangers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
