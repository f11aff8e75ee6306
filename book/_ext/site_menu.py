"""The menu of a page: PDF, notebook, BibTeX, and the way to its source.

Each entry stands only if what it leads to exists: a PDF in ``_build/pdf`` (the
whole book's, a chapter's ``<slug>.pdf``), a notebook of a page with code,
the address of the public repository.
"""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath
from urllib.parse import urlencode

from docutils import nodes
from numbering import chapter_of
from site_notebook import NOTEBOOKS
from sphinx.application import Sphinx
from sphinx.config import Config

PDF_SOURCE = Path("_build", "pdf")
PDF = "_pdf"  # where they are in the site
BIBTEX = "_bibtex"
BOOK = "mathematical-methods-in-deep-learning"  # the stem of the whole book's PDF
Entry = dict[str, str]
DEFAULT = "https://github.com/executablebooks/jupyter-book"  # jupyter-book's own


def find_pdfs(app: Sphinx, config: Config) -> None:
    """Remember which PDFs exist: when that changes, all pages are written anew."""
    folder = Path(app.srcdir) / PDF_SOURCE
    config.mmdl_pdfs = sorted(path.stem for path in folder.glob("*.pdf"))


def copy_pdfs(app: Sphinx, error: Exception | None) -> None:
    """Put the PDFs into the site."""
    if error or app.builder.format != "html" or not app.config.mmdl_pdfs:
        return
    target = Path(app.outdir) / PDF
    target.mkdir(exist_ok=True)
    for stem in app.config.mmdl_pdfs:
        shutil.copyfile(
            Path(app.srcdir) / PDF_SOURCE / f"{stem}.pdf", target / f"{stem}.pdf"
        )


def bibtex(app: Sphinx, pagename: str) -> str:
    """Return the BibTeX entry of a chapter; of the book, for any other page."""
    config, chapter = app.config, chapter_of(app.env, pagename)
    key, kind = "mmdl", "book"
    fields = {"author": f"{{{config.author}}}", "title": config.html_title}
    if chapter:
        key, kind = f"mmdl-{PurePosixPath(pagename).name}", "incollection"
        title = app.env.titles[pagename].astext()
        fields |= {"title": f"{{{title}}}", "booktitle": config.html_title}
        fields["chapter"] = chapter.number
    fields["edition"] = config.release
    if config.html_baseurl:
        page = app.builder.get_target_uri(pagename)
        fields["url"] = f"{config.html_baseurl.rstrip('/')}/{page}"
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}\n"])


def write_bibtex(app: Sphinx, pagename: str, context: dict) -> None:
    """Show the entry on the page and offer it as a file."""
    text = bibtex(app, pagename)
    name = PurePosixPath(pagename).name + ".bib"
    path = Path(app.outdir) / BIBTEX / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")
    context["page_bibtex"], context["page_bibtex_name"] = text, name
    context["page_bibtex_href"] = context["pathto"](f"{BIBTEX}/{name}", 1)


def files(app: Sphinx, pagename: str, context: dict) -> list[Entry]:
    """Return the entries for what can be downloaded."""
    slug = PurePosixPath(pagename).name
    found, pathto = [], context["pathto"]
    for stem, text in ((slug, "This chapter on paper"), (BOOK, "The book on paper")):
        if stem in app.config.mmdl_pdfs:
            href = pathto(f"{PDF}/{stem}.pdf", 1)
            found.append({"text": text, "kind": "PDF", "href": href})
    if (Path(app.outdir) / NOTEBOOKS / f"{slug}.ipynb").is_file():
        name = f"{slug}.ipynb"
        href = pathto(f"{NOTEBOOKS}/{name}", 1)
        entry = {"text": "Notebook of this page", "kind": "ipynb", "download": name}
        found.append({**entry, "href": href})
    return found


def source_links(app: Sphinx, pagename: str) -> list[Entry]:
    """Return *edit* and *report*, if the repository's address is known."""
    options = app.config.html_theme_options
    address = str(options.get("repository_url") or "").rstrip("/")
    if address in ("", DEFAULT):
        return []
    branch = options.get("repository_branch") or "main"
    source = app.env.doc2path(pagename, base=False)
    title = app.env.titles[pagename].astext()
    issue = urlencode({"title": f"{title}: ", "body": f"Page: {source}\n\n"})
    edit = f"{address}/edit/{branch}/{source}"
    report = f"{address}/issues/new?{issue}"
    return [
        {"text": "Edit this page", "kind": "source", "href": edit},
        {"text": "Report a problem", "kind": "issue", "href": report},
    ]


def add_menu(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict,
    doctree: nodes.document | None,
) -> None:
    """Give the template the entries of the menu."""
    if doctree is None:
        return
    write_bibtex(app, pagename, context)
    cite = {"text": "Cite this page", "kind": "BibTeX", "dialog": "cite"}
    entries = [*files(app, pagename, context), cite, *source_links(app, pagename)]
    context["page_menu"] = entries


def setup(app: Sphinx) -> dict[str, object]:
    """Register, after the notebook of the page was written."""
    app.setup_extension("numbering")
    app.setup_extension("site_notebook")
    app.add_config_value("mmdl_pdfs", [], "html", types=(list,))
    app.connect("config-inited", find_pdfs)
    app.connect("html-page-context", add_menu, priority=700)
    app.connect("build-finished", copy_pdfs)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
