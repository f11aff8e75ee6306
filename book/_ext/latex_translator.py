"""The LaTeX writer of the book: it prints numbers, it never counts.

Sphinx's own writer lets LaTeX count chapters, sections, figures and equations,
which goes wrong as soon as a chapter is missing or an appendix has a letter. This
one writes before each numbered thing which number to print (``mmdlnumber``). It
also opens parts, keeps displays inside their paragraphs, and prints the solutions
where the plan puts them. The commands are defined in ``mmdlbook.sty``.
"""

import re

from docutils import nodes
from latex_blocks import BlockMixin
from numbering import chapter_of, chapters, dotted, section_number
from plan import Chapter
from sphinx.writers.latex import LaTeXTranslator

HEADINGS = {1: "mmdlchapter", 2: "mmdlsection"}  # deeper ones have no number
BLANK = re.compile(r"\n[ \t]*\n")


class BookTranslator(BlockMixin, LaTeXTranslator):
    """Sphinx's LaTeX writer with the book's structure."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self.this_is_the_title = 0  # the start page's title is printed as well
        self.elements["contentsname"] = ""  # Sphinx takes the first part's caption
        self.env = self.builder.env
        self.part = ""
        self.levels: list[int] = []

    # --- files, parts, headings -------------------------------------------

    def visit_document(self, node: nodes.document) -> None:
        """Start the book, or the bibliography after a single chapter."""
        self.open_file(node.get("docname", ""))

    def depart_document(self, node: nodes.document) -> None:
        """Print what is still to be printed."""
        self.curfilestack.pop()
        if not self.curfilestack and node is self.document:
            self.print_solutions()
            self.body.append("\n\\mmdlstatementindex\n")

    def visit_start_of_file(self, node: nodes.Element) -> None:
        """Start a chapter."""
        self.open_file(node["docname"])

    def depart_start_of_file(self, node: nodes.Element) -> None:
        """Return to the file that holds the table of contents."""
        self.curfilestack.pop()
        self.sectionlevel = self.levels.pop()

    def open_file(self, docname: str) -> None:
        """Start a file at the level of chapters, with the part that it opens."""
        chapter = chapter_of(self.env, docname)
        self.levels.append(getattr(self, "sectionlevel", 0))
        self.sectionlevel = self.top_sectionlevel - 1
        self.print_solutions(before=chapter)
        whole_book = not self.config.mmdl_pdf_chapter
        if chapter and whole_book and chapter.part != self.part:
            self.part = chapter.part
            title = self.escape(chapter.part)
            self.body.append(f"\n\\mmdlpart{{{chapter.part_number}}}{{{title}}}\n")
        self.curfilestack.append(docname)
        self.body.append(f"\n% mmdl-file: {docname}\n")

    def visit_title(self, node: nodes.title) -> None:
        """Write the heading of a section with its number."""
        if not isinstance(node.parent, nodes.section):
            super().visit_title(node)
            return
        docname = self.curfilestack[-1]
        number = section_number(self.env, docname, node.parent["ids"][0])
        heading = HEADINGS.get(self.sectionlevel)
        if heading == "mmdlchapter":
            chapter = chapter_of(self.env, docname)
            added = self.config.mmdl_pdf_chapter not in ("", docname)
            self.open_chapter(None if added else chapter)
            if added:
                node[:] = [nodes.Text("References")]
            elif docname == self.config.root_doc and not chapter:
                node[:] = [nodes.Text("About this book")]  # the title has its page
        elif heading and number:
            self.body.append(f"\\mmdlsection{{{dotted(number)}}}{{")
        else:
            level = min(self.sectionlevel, len(self.sectionnames) - 1)
            self.body.append(f"\\{self.sectionnames[level]}*{{")
        anchors = self.hypertarget_to(node.parent, anchor=not number)
        self.context.append("}\n" + anchors + "\n")
        self.in_title = 1

    def open_chapter(self, chapter: Chapter | None) -> None:
        """Open the heading of a chapter, of an appendix, of an unnumbered page."""
        if chapter:
            self.body.append(f"\\mmdlchapter{{{chapter.word}}}{{{chapter.number}}}{{")
        else:
            self.body.append("\\mmdlchapter{}{}{")

    # --- the chapter of solutions -----------------------------------------

    def print_solutions(self, before: Chapter | None = None) -> None:
        """Print the solutions if their place in the plan is just passed."""
        pending = self.__dict__.get("solutions", [])
        plan = list(chapters(self.config).values())
        place = next((c for c in plan if c.label == "ch-solutions"), None)
        due = before and place and plan.index(before) > plan.index(place)
        if not pending or (self.curfilestack and not due):
            return
        whole_book = not self.config.mmdl_pdf_chapter
        self.open_chapter(place if whole_book else None)
        self.body.append("Solutions}\n")
        docname = ""
        for source, text in pending:
            if source != docname and whole_book:
                docname = source
                self.body.append(f"\\section*{{{self.chapter_line(docname)}}}\n")
            self.body.append(f"\n% mmdl-file: {source}\n{text}")
        pending.clear()

    def chapter_line(self, docname: str) -> str:
        """Return ``Chapter 2. Title`` for the solutions."""
        chapter = chapter_of(self.env, docname)
        title = self.escape(self.env.titles[docname].astext())
        return f"{chapter.word}~{chapter.number}. {title}" if chapter else title

    # --- numbers ------------------------------------------------------------

    def number_of(self, figtype: str, node: nodes.Element) -> str:
        """Return the number that Sphinx gave to a figure, table or listing."""
        docname = self.curfilestack[-1]
        numbers = self.env.toc_fignumbers.get(docname, {}).get(figtype, {})
        found = (numbers[i] for i in node["ids"] if i in numbers)
        return dotted(next(found, ()))

    def set_number(self, counter: str, figtype: str, node: nodes.Element) -> None:
        """Tell LaTeX which number the next caption prints."""
        number = self.number_of(figtype, node)
        if number:
            self.body.append(f"\n\\mmdlnumber{{{counter}}}{{{number}}}\n")

    def visit_figure(self, node: nodes.figure) -> None:
        """Write the number, then the figure."""
        self.set_number("figure", "figure", node)
        super().visit_figure(node)

    def depart_table(self, node: nodes.table) -> None:
        """Write the number, then the table; the ledger takes the margin too."""
        self.set_number("table", "table", node)
        wide = "ledger" in node["classes"]
        self.body.append("\\begin{mmdlwide}\n" if wide else "")
        super().depart_table(node)
        self.body.append("\\end{mmdlwide}\n" if wide else "")

    def depart_row(self, node: nodes.row) -> None:
        """End a row: a statement of the ledger stays with its first claim."""
        start = len(self.body)
        super().depart_row(node)
        if "ledger-statement" in node["classes"]:
            kept = [end.replace(r"\\", r"\\*", 1) for end in self.body[start:]]
            self.body[start:] = kept
        after = node.next_node(nodes.row, descend=False, siblings=True)
        if after is not None and "ledger-statement" in after["classes"]:
            self.body.append("\\addlinespace[7pt]\n")

    def visit_captioned_literal_block(self, node: nodes.Element) -> None:
        """Write the number, then the listing."""
        self.set_number("literalblock", "code-block", node)

    def visit_number_reference(self, node: nodes.Element) -> None:
        """Write the text that Sphinx resolved, as a link."""
        self.visit_reference(node)

    def depart_number_reference(self, node: nodes.Element) -> None:
        """Close the link."""
        self.depart_reference(node)

    # --- formulas -------------------------------------------------------------

    def visit_math_block(self, node: nodes.math_block) -> None:
        """Write a display as part of the paragraph before it."""
        self.join_lines()
        tex = BLANK.sub("\n", node.astext().strip())
        if node.get("nowrap"):
            self.body.append(f"\n{tex}\n")
        else:
            kind = "lines" if has_lines(tex) else ""
            self.body.append(f"\n\\mmdldisplay{kind}{{%\n{tex}}}{{{self.tag(node)}}}\n")
        raise nodes.SkipNode

    def tag(self, node: nodes.math_block) -> str:
        """Return the tag and the label of a numbered display."""
        if not node.get("label"):
            return ""
        docname, label = node["docname"], node["label"]
        number = self.equation_number(docname, label)
        return f"\\tag{{{number}}}\\label{{equation:{docname}:{label}}}"

    def equation_number(self, docname: str, label: str) -> str:
        """Return the number that Sphinx gave to an equation."""
        numbers = self.env.toc_fignumbers.get(docname, {}).get("displaymath", {})
        return dotted(numbers.get(nodes.make_id(f"equation-{label}"), ()))

    def visit_math_reference(self, node: nodes.Element) -> None:
        """Write ``(2.3)``, as a link if the equation is in this PDF."""
        docname, label = node["docname"], node["target"]
        text = f"({self.equation_number(docname, label)})"
        if docname in self.builder.docnames:
            text = f"\\hyperref[equation:{docname}:{label}]{{{text}}}"
        self.body.append(text)

    def visit_reference(self, node: nodes.reference) -> None:
        """Open a link; one to an equation leads to the label that it has here."""
        docname, found, label = node.get("refuri", "").partition("#equation-")
        if found and docname.startswith("%"):
            self.body.append(f"\\hyperref[equation:{docname[1:]}:{label}]{{")
            self.context.append("}")
        else:
            super().visit_reference(node)


def has_lines(tex: str) -> bool:
    """Tell whether a display has several lines or alignment marks of its own."""
    outside = re.sub(r"\\begin\{(\w+\*?)\}.*?\\end\{\1\}", "", tex, flags=re.DOTALL)
    return r"\\" in outside or re.search(r"(?<!\\)&", outside) is not None
