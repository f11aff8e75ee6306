"""Rules on what could harm a reader or a builder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from mmdl_book.lint.book import Index
from mmdl_book.lint.page import Page
from mmdl_book.lint.registry import Fault, rule
from mmdl_book.lint.rules_labels import LINK, beside, pictures, stays, unescaped
from mmdl_book.lint.rules_page import line_of, settings
from mmdl_book.safe_svg import svg_faults

HTML = re.compile(
    r"<(?:/?[A-Za-z][\w-]*(?:\s[^<>]*)?/?|!--|!\[CDATA|\?)(?=>|\s|$|[^\w])"
)
AUTOLINK = re.compile(r"<(?:https?://|mailto:)[^<>\s]+>")
INVISIBLE = re.compile(
    "[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c"  # turn the direction
    "\u200b\u200c\u2060\ufeff\u00ad"  # have no width
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"  # control
)
SCRIPT = re.compile(
    rb"<\s*(script|foreignObject|iframe|embed|object)|\bon\w+\s*=|javascript:|<!ENTITY"
    rb"|(?:href|src)\s*=\s*[\"'](?!#|data:image/(?:png|jpeg))",
    re.IGNORECASE,
)
PAIRS = "md:myst"
HEADERS: dict[str, set[str]] = {
    "myst": set(),
    "mystnb": {"execution_timeout"},
    "jupytext": {"formats", "text_representation"},
    "kernelspec": {"name", "display_name", "language"},
}


@rule(
    "MM801",
    "HTML in Markdown",
    why="It is lost in the PDF, escapes every check, and may run scripts.",
    wrong="<b>bold</b>",
    right="**bold**",
)
def there_is_no_html(page: Page, book: Index) -> Iterator[Fault]:
    for word in page.spans.words:
        text = AUTOLINK.sub(lambda found: " " * len(found[0]), word.text)
        if found := HTML.search(text):
            message = f"HTML: {found[0][:30]}"
            fix = "write Markdown, or \\< for the character."
            yield Fault(word.line, word.column + found.start(), message, fix)


@rule(
    "MM802",
    "A link that runs a script",
    why="A link leads to a place.",
    wrong="[click](javascript:alert(1))",
    right="[text](https://example.org)",
)
def links_lead_to_places(page: Page, book: Index) -> Iterator[Fault]:
    pattern = r"(?:javascript|vbscript|data|file)\s*:"
    for number, line, _ in page.prose:
        if ":" not in line and "&" not in line:
            continue
        plain = re.sub(r"[\x00-\x20]", "", unescaped(line))
        found = re.search(rf"(\]\(\s*<?|\]:\s*<?|<){pattern}", line, re.IGNORECASE)
        hidden = re.search(rf"\]\(<?{pattern}", plain, re.IGNORECASE)
        if found or hidden:
            column = found.start() + 1 if found else 1
            message = "A link that leads to no web page."
            yield Fault(number, column, message, "write an https address.")


@rule(
    "MM803",
    "A directive that the book does not allow",
    why="It includes files, HTML or TeX that no check has seen.",
    wrong="```{include} /etc/passwd\n```",
    right="{mmdl-source} for code; everything else belongs to the chapter",
)
def directives_are_allowed(page: Page, book: Index) -> Iterator[Fault]:
    from mmdl_book.lint.rules_structure import FORBIDDEN

    for fence in page.fences:
        if fence.name in FORBIDDEN:
            message = f"The directive {fence.name} is not allowed."
            fix = "write Markdown; show the library by {mmdl-source}."
            yield Fault(fence.line, fence.indent + 1, message, fix)


@rule(
    "MM804",
    "A path that leaves the book",
    why="A chapter uses files of its own folder.",
    wrong="![x](../../../etc/passwd)",
    right="![x](figures/curve.svg)",
)
def paths_stay_inside(page: Page, book: Index) -> Iterator[Fault]:
    spots = list(pictures(page))
    for number, line, _ in page.prose:
        links = LINK.finditer(line) if "](" in line else ()
        found = [(link.start() + 1, link[1].partition("#")[0]) for link in links]
        spots += [(number, column, address) for column, address in found if address]
    for line, column, address in spots:
        if re.match(r"[a-z][a-z0-9+.-]*:", address, re.IGNORECASE):
            continue
        if not stays(page, book, address):
            message = f"{address} leads out of the book."
            yield Fault(
                line, column, message, "copy the file into the chapter's folder."
            )


@rule(
    "MM805",
    "A link in the file system",
    why="A symbolic link shows whatever it points to, on whatever machine builds.",
    wrong="book/drafts/mine/figures -> /etc",
    right="files, no links",
)
def files_are_files(page: Page, book: Index) -> Iterator[Fault]:
    path = book.root / page.path
    if path.is_symlink():
        yield Fault(1, 1, "The chapter is a symbolic link.", "commit the file itself.")
    elif not page.plain:
        yield Fault(1, 1, "The chapter is no file.", "commit a file of this name.")
    folder = path.with_suffix("")
    inside = sorted(folder.rglob("*")) if folder.is_dir() else []
    for inner in [folder, *inside]:
        if inner.is_symlink():
            name = inner.relative_to(book.root).as_posix()
            message = f"{name} is a symbolic link."
            yield Fault(1, 1, message, "commit the file itself.")


@rule(
    "MM806",
    "An invisible character",
    why="Characters that turn the direction of text, or have no width, hide what is "
    "written: code that reads one way runs another.",
    wrong="access = 'user\u202e'  # looks different",
    right="(plain text)",
)
def characters_are_visible(page: Page, book: Index) -> Iterator[Fault]:
    for number, line in enumerate(page.lines, 1):
        if found := INVISIBLE.search(line):
            name = unicodedata.name(found[0], f"U+{ord(found[0]):04X}").lower()
            message = f"An invisible character: {name}."
            yield Fault(number, found.start() + 1, message, "remove it.")


@rule(
    "MM807",
    "A picture with a program in it",
    why="SVG may hold scripts and addresses; they would run on readers' machines.",
    wrong="<svg onload=…>",
    right="(shapes and text only)",
)
def pictures_are_still(page: Page, book: Index) -> Iterator[Fault]:
    for line, column, address in pictures(page):
        path = beside(page, book, address)
        ours = stays(page, book, address)
        drawn = ours and path.suffix.lower() == ".svg" and path.is_file()
        data = path.read_bytes()[:5_000_000] if drawn else b""
        found = SCRIPT.search(data)
        words = found[0].decode("ascii", "replace").strip() if found else ""
        if words or (words := next(svg_faults(data), "") if drawn else ""):
            message = f"{address} holds {words[:30]}"
            yield Fault(line, column, message, "save it as plain SVG.")


@rule(
    "MM808",
    "A picture from elsewhere",
    why="The site asks no other server for anything.",
    wrong="![logo](https://example.org/logo.png)",
    right="![logo](figures/logo.png)",
)
def pictures_are_ours(page: Page, book: Index) -> Iterator[Fault]:
    for line, column, address in pictures(page):
        if re.match(r"(?:[a-z][a-z0-9+.-]*:)?//|data:", address, re.IGNORECASE):
            message = f"A picture from elsewhere: {address[:40]}"
            yield Fault(line, column, message, "copy the file, with its licence.")


@rule(
    "MM809",
    "A header that changes how the page is made",
    why="Every page is read, run and written in one way; a header that changes it "
    "could let in HTML, another kernel's cells or other files.",
    wrong="myst: {enable_extensions: [html_image]}\nmystnb: {execution_mode: force}",
    right="mystnb: {execution_timeout: 120}",
)
def headers_leave_the_tools_alone(page: Page, book: Index) -> Iterator[Fault]:
    for part, known in HEADERS.items():
        found = settings(page).get(part)
        if found is None:
            continue
        line = line_of(page, f"{part}:")
        fix = f"write only {', '.join(sorted(known))} there." if known else "remove it."
        strange = [key for key in found if key not in known] if _maps(found) else [""]
        for key in strange:
            named = f"{part}: {key}" if key else part
            yield Fault(line, 1, f"The header sets {named}.", fix)
    pairs = settings(page).get("jupytext")
    formats = pairs.get("formats", PAIRS) if isinstance(pairs, dict) else PAIRS
    if formats != PAIRS:
        message = f"The header pairs this page with other files: {formats}."
        yield Fault(line_of(page, "formats"), 1, message, f"write formats: {PAIRS}.")


def _maps(found: object) -> bool:
    return isinstance(found, dict) and bool(found)
