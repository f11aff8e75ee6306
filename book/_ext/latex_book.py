"""The book as LaTeX: which documents, which design, which translator.

``mmdl_pdf_chapter`` holds the document name of a single chapter, or nothing for
the whole book. A single chapter takes along the part of the bibliography that it
cites; its references to other chapters print their numbers without a link.
"""

from pathlib import Path

from authors import authors_of, header, together
from docutils import nodes
from latex_translator import BookTranslator
from numbering import chapters
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import texescape

HERE = Path(__file__).parent
ELEMENTS = {
    "papersize": "a4paper",
    "pointsize": "11pt",
    "extraclassoptions": "oneside,openany",
    "fontenc": "\\usepackage{mmdlfonts}",
    "babel": "\\usepackage{babel}",
    "polyglossia": "",
    "fontpkg": "",
    "textgreek": "",
    "cmappkg": "",
    "fncychap": "",
    "geometry": "",
    "fvset": "\\fvset{fontsize=\\mmdlcodesize}",
    "makeindex": "",
    "printindex": "",
    "maketitle": "\\mmdltitlepage",
    "tableofcontents": "\\mmdlcontents",
    "transition": "\n\n\\mmdltransition\n\n",
    "figure_align": "htbp",
    "date": "",
    "contentsname": "",
}


def choose_documents(app: Sphinx, config: Config) -> None:
    """Set everything that Sphinx's LaTeX builder asks for."""
    config.latex_engine = "xelatex"
    config.latex_table_style = ["booktabs"]
    config.latex_domain_indices = False
    config.latex_additional_files = [str(HERE / f) for f in FILES]
    preamble = f"\\usepackage{{mmdlbook}}\n{book_facts(config)}"
    given = config.latex_elements.get("preamble", "")
    config.latex_elements = ELEMENTS | {"preamble": preamble + given}
    start, title = config.root_doc, config.html_title or config.project
    if config.mmdl_pdf_chapter:
        start = config.mmdl_pdf_chapter
    name = "chapter" if config.mmdl_pdf_chapter else "book"
    config.latex_documents = [
        (start, f"{name}.tex", title, authors(app, config), "manual"),
    ]


FILES = ("mmdlbook.sty", "mmdlfonts.sty")


def authors(app: Sphinx, config: Config) -> str:
    """Return who wrote the single chapter; without names, or for the book, all."""
    single = config.mmdl_pdf_chapter
    own = header(Path(app.srcdir) / f"{single}.md") if single else {}
    names = [author.name for author in authors_of(own)]
    return together(names) if names else config.author


def take_bibliography(app: Sphinx, env: BuildEnvironment) -> None:
    """Put the bibliography, if it is published, after a single chapter."""
    single = app.config.mmdl_pdf_chapter
    if app.builder.format == "latex" and single:
        names = {c.label: name for name, c in chapters(app.config).items()}
        page = names.get("ch-bibliography")
        wanted = page in env.all_docs and page != single
        app.config.latex_appendices = [page] if wanted else []


def book_facts(config: Config) -> str:
    """Return what the title page of a single chapter and the running heads need."""
    single = config.mmdl_pdf_chapter
    if not single:
        return "\\mmdlwholebooktrue\n"
    chapter = chapters(config).get(single)
    if not chapter:
        return ""
    name = texescape.escape(chapter.title, "xelatex")
    name = f"{chapter.word} {chapter.number}. {name}"
    return f"\\def\\mmdlchaptername{{{name}}}\n"


class LeaveOut(SphinxPostTransform):
    """Leave out what the plan does not know: the library's pages are on the site."""

    default_priority = 6  # before references are looked at
    formats = ("latex",)

    def run(self, **kwargs: object) -> None:
        """Drop every file that is neither planned nor the start."""
        known = {*self.config.mmdl_chapters, self.config.root_doc}
        if not self.config.mmdl_chapters:
            return
        for file in list(self.document.findall(addnodes.start_of_file)):
            if file["docname"] not in known and file.parent is not None:
                file.parent.remove(file)
                self.app.builder.docnames.discard(file["docname"])


class OutsideReferences(SphinxPostTransform):
    """Print references to chapters that are not in this PDF, without a link."""

    default_priority = 7  # before all resolvers
    formats = ("latex",)

    def run(self, **kwargs: object) -> None:
        """Resolve them as if everything were published, then drop the link."""
        for node in list(self.document.findall(addnodes.pending_xref)):
            target = self.text_of(node)
            if target:
                node.replace_self(nodes.inline(target, target))

    def text_of(self, node: addnodes.pending_xref) -> str:
        """Return the printed reference if its target is outside, else nothing."""
        domain, target = node.get("refdomain"), node["reftarget"]
        if domain == "prf":
            entry = self.env.get_domain("prf").entries.get(target)
            docname, text = (entry.docname, entry.name) if entry else ("", "")
        elif domain == "std":
            docname, text = self.standard(node)
        else:
            return ""
        if not docname or docname in self.app.builder.docnames:
            return ""
        return node.astext() if node["refexplicit"] else text

    def standard(self, node: addnodes.pending_xref) -> tuple[str, str]:
        """Return document and text of a reference to a section, figure or table."""
        from section_refs import section_text

        std, target = self.env.get_domain("std"), node["reftarget"]
        docname, node_id = std.anonlabels.get(target, ("", ""))
        if not docname:
            return "", ""
        text = section_text(self.env, docname, node_id)
        title = std.labels.get(target, ("", "", ""))[2]
        return docname, text or self.figure(docname, node_id) or title

    def figure(self, docname: str, node_id: str) -> str:
        """Return ``Figure 2.1`` for a figure, table or listing elsewhere."""
        formats = self.config.numfig_format
        for figtype, numbers in self.env.toc_fignumbers.get(docname, {}).items():
            if node_id in numbers and figtype in formats:
                return formats[figtype] % ".".join(map(str, numbers[node_id]))
        return ""


def setup(app: Sphinx) -> dict:
    """Register the LaTeX output."""
    app.setup_extension("section_refs")
    app.setup_extension("exercises")
    app.setup_extension("macros")
    app.setup_extension("latex_bibliography")
    app.add_config_value("mmdl_pdf_chapter", "", "", types=(str,))
    app.connect("config-inited", choose_documents, priority=950)  # the root is known
    app.connect("env-updated", take_bibliography)
    app.set_translator("latex", BookTranslator)
    app.add_post_transform(LeaveOut)
    app.add_post_transform(OutsideReferences)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
