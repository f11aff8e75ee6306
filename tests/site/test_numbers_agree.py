"""Every number on the site is the number in the PDF, and the other way round.

The site's numbers are read from its pages, those of the PDF from what TeX wrote
about its labels (``book.aux``) and from the PDF's text.
"""

import re
import shutil
import subprocess
import unicodedata

import pytest
from built import ROOT, SITE

LATEX = ROOT / "_build/latex/book"
PDF = ROOT / "_build/pdf/mathematical-methods-in-deep-learning.pdf"
LABEL = re.compile(r"^\\newlabel\{(equation:)?([^{}]*?):([^{}:]+)\}\{\{(.*?)\}\{\d")
READ = """(html) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  const main = page.querySelector("article") || page.body;
  const found = [];
  const read = (selector, id) =>
    main.querySelectorAll(selector).forEach((node) =>
      found.push([selector, id(node.parentElement, node), node.textContent]));
  const box = (parent) => parent.closest(".statement, .exercise").id;
  read(".statement-number", box);
  read(".exercise-number", box);
  read(".section-number", (parent) => parent.closest("section").id);
  read(".caption-number", (parent) =>
    (parent.closest("figure, table") || parent.closest("[id]")).id);
  read("a.eqn-tag", (_, node) => node.getAttribute("href").slice(1));
  return found;
}"""
NUMBER = re.compile(r"\b(?:\d+|[A-Z]'?)\.\d+\b|\d+|^[A-Z]'?(?=\.)")


@pytest.fixture(scope="module")
def paper() -> dict[tuple[str, str], str]:
    """What the PDF prints, by document and id."""
    aux = LATEX / "book.aux"
    if not (aux.is_file() and PDF.is_file()):
        pytest.skip(f"no PDF in {PDF.parent}; make it with `python dev.py pdf`")
    if not SITE.is_dir():
        pytest.skip(f"no site in {SITE}; build it with `python dev.py build`")
    newest = max(p.stat().st_mtime for p in ROOT.glob("book/**/*.md"))
    pages = SITE.rglob("*.html")
    if min(aux.stat().st_mtime, max(p.stat().st_mtime for p in pages)) < newest:
        pytest.skip("site or PDF is older than the chapters; build both again")
    return dict(read_labels(aux.read_text(encoding="utf-8")))


def read_labels(text: str):
    for line in text.splitlines():
        if found := LABEL.match(line):
            _, docname, node_id, printed = found.groups()
            plain = printed.replace("~", " ").replace("{", "").replace("}", "")
            yield (docname, node_id), plain


def clean(kind: str, text: str) -> str:
    """The number in a text of the site."""
    text = text.replace("\N{NO-BREAK SPACE}", " ").strip()
    if kind == ".caption-number":
        return NUMBER.search(text)[0]
    return text.rstrip(". ") if kind == ".section-number" else text.strip("()")


@pytest.fixture(scope="module")
def screen(paper, browser) -> dict[tuple[str, str], str]:
    """What the site prints, by document and id, for the documents of the PDF."""
    shown = {}
    reader = browser.new_page()
    for docname in {doc for doc, _ in paper}:
        page = SITE / f"{docname}.html"
        if page.is_file():
            for kind, key, text in reader.evaluate(READ, page.read_text("utf-8")):
                shown[docname, key] = clean(kind, text)
    reader.close()
    return shown


def test_every_number_of_the_site_is_printed_in_the_pdf(paper, screen):
    assert screen, "the site shows no numbers at all"
    printed = {key: paper.get(key) for key in screen}
    assert screen == printed


def test_every_number_of_the_pdf_is_shown_on_the_site(paper, screen):
    labelled = r"(eq|def|thm|prop|lem|cor|alg|ex|fig|tab)-.+"
    wanted = {key for key in paper if re.fullmatch(labelled, key[1])}
    assert wanted - screen.keys() == set()


def test_text_of_the_pdf_names_every_statement_and_exercise(screen):
    if not shutil.which("pdftotext"):
        pytest.skip("no pdftotext on this machine")
    command = ["pdftotext", "-raw", str(PDF), "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    plain = unicodedata.normalize("NFKC", done.stdout).replace("’", "'")
    text = " ".join(plain.split())
    names = {name for name in screen.values() if name[0].isupper() and " " in name}
    assert names
    assert {name for name in names if name not in text} == set()
