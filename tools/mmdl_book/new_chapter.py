"""``new chapter``: a chapter that passes ``check`` before a word of it is one's own."""

from __future__ import annotations

import json
import re
import unicodedata
from itertools import zip_longest

import yaml

from mmdl_book.chapters import DRAFTS
from mmdl_book.errors import UsageError
from mmdl_book.layout import Layout
from mmdl_book.lint.rules_authors import orcid_is_right
from mmdl_book.skeletons import template, write
from mmdl_book.yamls import read, tree

FOLDER = "book/drafts"
LONGEST = 48  # characters of a slug: it becomes a file's name and part of labels
NEXT = """\
Next:
    python dev.py preview {slug}
    python dev.py check {slug}
    git switch -c {slug} && git add -A && git commit -m "Draft a chapter"
"""


def make(book: Layout, title: str, options: dict[str, str]) -> str:
    """Write the chapter, its claims and its folder; what to do next."""
    title = _title(title)
    slug = slug_of(title)
    _refuse_taken(book, slug)
    words = {
        "TITLE": title,
        "SLUG": slug,
        "AUTHORS": _authors(options),
        "PART": _part(book, options.get("part", "")),
    }
    chapter, claims = f"{FOLDER}/{slug}.md", claims_file(slug)
    created = {
        chapter: template("chapter.md", words),
        claims: template("claims.py.txt", words),
        f"{FOLDER}/{slug}/.gitkeep": "",
    }
    contents = (book.root / "_toc.yml").read_text("utf8")
    write(book, created, {"_toc.yml": listed_in(contents, f"{FOLDER}/{slug}")})
    told = f"Wrote {chapter},\nand its tests in {claims}.\n"
    told += f"Pictures go to {FOLDER}/{slug}/.\n"
    return told + NEXT.format(slug=slug).rstrip()


def claims_file(slug: str) -> str:
    """Where the claims of a chapter stand."""
    return f"tests/claims/test_{slug.replace('-', '_')}.py"


def slug_of(title: str) -> str:
    """The title as a file's name: small letters and hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain.lower().replace("'", "")))
    if not re.match(r"[a-z]", slug):
        raise UsageError(
            f"new chapter: expected a title that begins by a letter, received {title}."
        )
    if len(slug) > LONGEST:
        slug = slug[: LONGEST + 1].rpartition("-")[0]
    return slug


def _title(title: str) -> str:
    plain = " ".join(title.split())
    strange = sorted({c for c in plain if ord(c) > 127 or c in "$\\`<>{}[]#"})
    if strange:
        raise UsageError(
            f"new chapter: expected a title of plain ASCII, received {strange[0]!r} in "
            "it; titles become addresses and bookmarks, so say it in words."
        )
    return plain


def _refuse_taken(book: Layout, slug: str) -> None:
    taken = [p for p in (book.root / "book").rglob(f"{slug}.*") if p.suffix == ".md"]
    if taken:
        where = book.relative(taken[0])
        raise UsageError(f"new chapter: {where} exists; choose another title.")
    plan = book.root / "book/plan.yml"
    parts = read(plan.read_text("utf8"))["parts"] if plan.exists() else []
    for part in parts:
        for chapter in part["chapters"]:
            if chapter["slug"] == slug:
                number = chapter["number"]
                raise UsageError(
                    f"new chapter: book/plan.yml plans {slug} as number {number}; "
                    "choose another title, or write that chapter in its folder."
                )


def _authors(options: dict[str, str]) -> str:
    names = [n.strip() for n in options.get("author", "").split(";") if n.strip()]
    if not names:
        raise UsageError(
            'new chapter: expected --author "Your Name" (several: "A; B"), received '
            "none; authors stand in the byline and in citations."
        )
    orcids = [o.strip() for o in options.get("orcid", "").split(";")]
    if len(orcids) > len(names):
        raise UsageError(
            f"new chapter: expected an ORCID for each author, received {len(orcids)} "
            f"for {len(names)}; leave the place of one who has none empty."
        )
    rows = []
    for name, orcid in zip_longest(names, orcids, fillvalue=""):
        if orcid and not orcid_is_right(orcid):
            raise UsageError(
                f"new chapter: {orcid} is no ORCID; copy it from orcid.org."
            )
        number = f", orcid: {orcid}" if orcid else ""
        quoted = json.dumps(name, ensure_ascii=False)
        rows.append(f"  - {{name: {quoted}{number}, roles: [text, code]}}")
    return "\n".join(rows)


def _part(book: Layout, part: str) -> str:
    if not part:
        return ""
    plan = read((book.root / "book/plan.yml").read_text("utf8"))["parts"]
    folders = [entry["folder"] for entry in plan]
    if part not in folders:
        known = ", ".join(folders)
        raise UsageError(
            f"new chapter: expected --part to be one of {known}; received {part}."
        )
    return f"  part: {part}\n"


def listed_in(contents: str, name: str) -> str:
    """The table of contents with one more draft, all else as it was."""
    lines = contents.splitlines()
    parts = _parts(tree(contents))
    drafts = next((p for p in parts if p["caption"] == DRAFTS), None)
    if drafts:
        lines.insert(drafts["end"], f"{drafts['indent']}- file: {name}")
        return "\n".join(lines) + "\n"
    place = len(lines)
    if parts:
        numbered = [p["end"] for p in parts if p["numbered"]]
        place = numbered[-1] if numbered else place
        new = [f"  - caption: {DRAFTS}", "    chapters:", f"      - file: {name}"]
    else:  # a book without parts
        new = [f"  - file: {name}"]
    lines[place:place] = new
    return "\n".join(lines) + "\n"


def _parts(node: yaml.Node | None) -> list[dict]:
    """Each part: caption, whether numbered, its lines, how far its files stand in."""
    top = {key.value: value for key, value in node.value} if node else {}
    if "parts" not in top:
        return []
    found = []
    for part in top["parts"].value:
        own = {key.value: value for key, value in part.value}
        files = own["chapters"].value
        last = files[-1].end_mark
        found.append(
            {
                "caption": own["caption"].value if "caption" in own else "",
                "numbered": "numbered" in own,
                "start": part.start_mark.line,
                "end": last.line + (last.column > 0 and files[-1].flow_style is True),
                "indent": " " * (files[0].start_mark.column - 2),
            }
        )
    return found
