"""``links``: asks every address in the book whether it still answers.

The only command that asks the network on purpose; no build and no test waits for it.
A DOI is asked of doi.org, which knows it; publishers answer programs with riddles.
Whatever is not a clear yes counts as a failure.
"""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from mmdl_book.errors import BookError, UsageError
from mmdl_book.layout import Layout

SOURCES = ("book/**/*.md", "book/*.bib", "book/*.yml", "README.md", "CONTRIBUTING.md")
HIDDEN = ("_vendor", "_live", "_ext", "_templates", "_static")
ADDRESS = re.compile(r"https?://[^\s<>\"'`{}|\\^\[\]]+")
DOI = re.compile(r"^\s*doi\s*=\s*[{\"]\s*(10\.[^}\"\s]+)", re.IGNORECASE)
HANDLES = "https://doi.org/api/handles/"
DOIS = re.compile(r"https?://(?:dx\.)?doi\.org/(10\..+)")
PLACEHOLDERS = ("example.org", "example.com", "127.0.0.1", "localhost")
AGENT = {"User-Agent": "Mozilla/5.0 (a textbook looks after its links)"}
TRIES, PAUSE, PATIENCE = 3, 5.0, 30.0  # seconds
AT_ONCE = 8
KNOWN = 1  # doi.org's number for: this DOI exists


@dataclass(frozen=True)
class Link:
    """An address and where it stands."""

    address: str
    path: str
    line: int


def command(book: Layout, words: list[str]) -> int:
    """``mmdl-book links``."""
    if words:
        raise UsageError(f"links: received {words[0]}; it takes no words.")
    links = found(book.root)
    answers = ask({link.address for link in links})
    wrong = [
        f"{link.path}:{link.line}: {link.address}: {answers[link.address]}; mend it, "
        "or name a place that lasts."
        for link in links
        if answers[link.address]
    ]
    if wrong:
        raise BookError(*wrong)
    print(f"{len(answers)} addresses answer.")
    return 0


def found(root: Path) -> list[Link]:
    """Every address in the sources, with its place."""
    paths = {path for pattern in SOURCES for path in root.glob(pattern)}
    links = []
    for path in sorted(paths):
        name = path.relative_to(root)
        if set(name.parts) & set(HIDDEN):
            continue
        lines = path.read_text("utf8", errors="replace").splitlines()
        for number, line in enumerate(lines, 1):
            links += [Link(a, name.as_posix(), number) for a in addresses(line)]
    return links


def addresses(line: str) -> list[str]:
    """The addresses in a line, without the sentence around them."""
    told = [HANDLES + urllib.parse.quote(doi[1])] if (doi := DOI.match(line)) else []
    for match in ADDRESS.finditer(line):
        address = match[0].rstrip(".,;:!?*_")
        while address.endswith(")") and address.count("(") < address.count(")"):
            address = address[:-1].rstrip(".,;:!?")
        host = urllib.parse.urlsplit(address).hostname or ""
        if host in PLACEHOLDERS:
            continue
        handle = DOIS.fullmatch(address)
        told.append(HANDLES + handle[1] if handle else address)
    return told


def ask(wanted: Iterable[str]) -> dict[str, str]:
    """What is wrong with each address; empty where it answers."""
    hosts: dict[str, list[str]] = {}
    for address in sorted(wanted):
        hosts.setdefault(urllib.parse.urlsplit(address).netloc, []).append(address)
    with ThreadPoolExecutor(AT_ONCE) as pool:  # one host is asked one by one
        answers = pool.map(
            lambda rows: [(a, patiently(a)) for a in rows], hosts.values()
        )
        return {address: answer for rows in answers for address, answer in rows}


def patiently(address: str) -> str:
    """What is wrong after some tries."""
    for rest in reversed(range(TRIES)):
        answer, final = once(address)
        if not answer or final or not rest:
            return answer
        time.sleep(PAUSE)
    return ""


def once(address: str) -> tuple[str, bool]:
    """What is wrong, and whether asking again is of no use."""
    request = urllib.request.Request(address, headers=AGENT)  # noqa: S310 - http only
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            if not address.startswith(HANDLES):
                return "", True
            known = json.loads(answer.read(100_000)).get("responseCode") == KNOWN
            return "" if known else "doi.org does not know it", True
    except urllib.error.HTTPError as error:
        error.close()
        return f"the answer is {error.code} {error.reason}", error.code in (404, 410)
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        return f"no answer ({' '.join(str(reason).split())})", False
