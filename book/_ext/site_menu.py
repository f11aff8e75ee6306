"""The menu of a page: PDF, notebook, BibTeX, and the way to its source.

Each entry stands only if what it leads to exists: a PDF in ``_build/pdf`` (the
whole book's, a chapter's ``<slug>.pdf``), a notebook of a page with code,
the address of the public repository.
"""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath
from urllib.parse import urlencode

import yaml
from byline import written_by
from docutils import nodes
from numbering import chapter_of
from site_notebook import NOTEBOOKS, file_stem
from sphinx.application import Sphinx
from sphinx.config import Config

PDF_SOURCE = Path("_build", "pdf")
PDF = "_pdf"  # where they are in the site
BIBTEX = "_bibtex"
CITATION, EDITION = "CITATION.cff", ("edition", "year")
BRANCH = "notebooks"  # of the repository: where publishing puts the notebooks
BOOK = "mathematical-methods-in-deep-learning"  # the stem of the whole book's PDF
Entry = dict[str, str]
DEFAULT = "https://github.com/executablebooks/jupyter-book"  # jupyter-book's own


def find_address(app: Sphinx, config: Config) -> None:
    """Take the repository's address from where jupyter-book puts it."""
    options = config.html_theme_options
    address = str(options.get("repository_url") or "").rstrip("/")
    config.mmdl_repository = "" if address == DEFAULT else address
    config.mmdl_branch = options.get("repository_branch") or "main"


def find_pdfs(app: Sphinx, config: Config) -> None:
    """Remember which PDFs exist: when that changes, all pages are written anew."""
    folder = Path(app.srcdir) / PDF_SOURCE
    config.mmdl_pdfs = sorted(path.stem for path in folder.glob("*.pdf"))


def find_edition(app: Sphinx, config: Config) -> None:
    """Take year and edition from the file that says how to cite the book."""
    path = Path(app.srcdir) / CITATION
    told = yaml.safe_load(path.read_text("utf-8")) if path.is_file() else {}
    book = told.get("preferred-citation", {})
    config.mmdl_edition = {key: str(book[key]) for key in EDITION if key in book}


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
    persons = [author.bibtex for author in written_by(app.env, pagename)]
    author = " and ".join(persons) or f"{{{config.author}}}"
    fields = {"author": author, "title": config.html_title}
    if chapter:
        key, kind = f"mmdl-{PurePosixPath(pagename).name}", "incollection"
        title = app.env.titles[pagename].astext()
        fields |= {"title": f"{{{title}}}", "booktitle": config.html_title}
        fields["chapter"] = chapter.number
    fields |= config.mmdl_edition
    if config.html_baseurl:
        page = app.builder.get_target_uri(pagename)
        fields["url"] = f"{config.html_baseurl.rstrip('/')}/{page}"
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}\n"])


def write_bibtex(app: Sphinx, pagename: str, context: dict) -> None:
    """Show the entry on the page and offer it as a file."""
    text = bibtex(app, pagename)
    name = f"{file_stem(app, pagename)}.bib"
    path = Path(app.outdir) / BIBTEX / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")
    context["page_bibtex"], context["page_bibtex_name"] = text, name
    context["page_bibtex_href"] = context["pathto"](f"{BIBTEX}/{name}", 1)


def files(app: Sphinx, pagename: str, context: dict) -> list[Entry]:
    """Return the entries for what can be downloaded."""
    found, pathto = [], context["pathto"]
    own = PurePosixPath(pagename).name if chapter_of(app.env, pagename) else ""
    for stem, text in ((own, "This chapter on paper"), (BOOK, "The book on paper")):
        if stem in app.config.mmdl_pdfs:
            href = pathto(f"{PDF}/{stem}.pdf", 1)
            found.append({"text": text, "kind": "PDF", "href": href})
    name = f"{file_stem(app, pagename)}.ipynb"
    if (Path(app.outdir) / NOTEBOOKS / name).is_file():
        href = pathto(f"{NOTEBOOKS}/{name}", 1)
        entry = {"text": "Notebook of this page", "kind": "ipynb", "download": name}
        found.append({**entry, "href": href})
    return found


def elsewhere(app: Sphinx, pagename: str) -> list[Entry]:
    """Return the ways to run the notebook on other people's machines."""
    host, _, where = app.config.mmdl_repository.partition("github.com/")
    name = f"{file_stem(app, pagename)}.ipynb"
    if not host or not where or not (Path(app.outdir) / NOTEBOOKS / name).is_file():
        return []
    colab = "https://colab.research.google.com/github"
    binder = "https://mybinder.org/v2/gh"
    places = {
        "Colab": f"{colab}/{where}/blob/{BRANCH}/{name}",
        "Binder": f"{binder}/{where}/{BRANCH}?labpath={name}",
    }
    return [
        {"text": f"Open in {place}", "kind": "web", "href": href}
        for place, href in places.items()
    ]


def source_links(app: Sphinx, pagename: str) -> list[Entry]:
    """Return *edit* and *report*, if the repository's address is known."""
    address, branch = app.config.mmdl_repository, app.config.mmdl_branch
    if not address:
        return []
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
    ours, theirs = files(app, pagename, context), elsewhere(app, pagename)
    entries = [*ours, *theirs, cite, *source_links(app, pagename)]
    context["page_menu"] = entries


def setup(app: Sphinx) -> dict[str, object]:
    """Register, after the notebook of the page was written."""
    app.setup_extension("numbering")
    app.setup_extension("site_notebook")
    app.add_config_value("mmdl_pdfs", [], "html", types=(list,))
    app.add_config_value("mmdl_repository", "", "html", types=(str,))
    app.add_config_value("mmdl_branch", "main", "html", types=(str,))
    app.add_config_value("mmdl_edition", {}, "html", types=(dict,))
    app.connect("config-inited", find_pdfs)
    app.connect("config-inited", find_edition)
    app.connect("config-inited", find_address)
    app.connect("html-page-context", add_menu, priority=700)
    app.connect("build-finished", copy_pdfs)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
