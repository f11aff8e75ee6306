"""The command line: ``python dev.py WORD ...`` arrives here."""

from __future__ import annotations

import difflib
import importlib
import sys

from mmdl_book import environment
from mmdl_book.errors import BookError, UsageError
from mmdl_book.layout import Layout, find_book

INTERRUPTED = 130  # the shells' number for Ctrl-C

# word: (module that holds its `command(book, words)`, what it does)
COMMANDS = {
    "build": ("build", "builds the site into _build/html (--clean: from nothing)"),
    "test": ("testing", "runs the tests; words after it go to pytest"),
    "pdf": (
        "printing",
        "makes the PDF of the book, or of one chapter: pdf least-squares",
    ),
    "preview": ("preview", "builds, serves, and builds again whenever a file is saved"),
    "new": ("new", "begins a chapter or a piece of the library: new layer NAME"),
    "check": (
        "check",
        "reads chapters as an editor would: check [PATHS]; --run runs them, confined",
    ),
    "credit": ("credit", "writes the chapters' authors into CITATION.cff"),
    "explain": ("explain", "says what a finding means: explain MM404"),
    "links": ("links", "asks every address in the book whether it still answers"),
    "doctor": ("doctor", "says what is missing here, and how to install it"),
    "clean": ("clean", "removes all that building and testing left behind"),
}


def usage() -> str:
    lines = [f"  {word:8} {what}" for word, (_, what) in COMMANDS.items()]
    return "\n".join(["python dev.py WORD, where WORD is one of", *lines])


def manual(word: str) -> str:
    """How a command is typed, and what it does."""
    module, what = COMMANDS[word]
    command = importlib.import_module(f"mmdl_book.{module}").command
    typed = (command.__doc__ or "").removeprefix("``").partition("``")[0]
    return f"{typed.replace('mmdl-book', 'python dev.py')}\n    {what}"


def unknown(word: str) -> str:
    near = difflib.get_close_matches(word, COMMANDS, 1)
    guess = f" Did you mean {near[0]}?" if near else ""
    return f"{word}: no such command.{guess} There are: {', '.join(COMMANDS)}."


def run(book: Layout, word: str, words: list[str]) -> int:
    module = importlib.import_module(f"mmdl_book.{COMMANDS[word][0]}")
    try:
        return int(module.command(book, words) or 0)
    except BookError as error:
        print(*error.findings, *_ending(book, word, error), sep="\n", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        print("\nInterrupted; what was published before is untouched.", file=sys.stderr)
        return INTERRUPTED


def _ending(book: Layout, word: str, error: BookError) -> list[str]:
    """What comes after the findings: how many there are, what became of the site."""
    count = len(error.findings)
    words = [f"{count} findings."] if count > 1 else []
    if word == "build" and book.site.exists():
        words.append("The site was left as it was before.")
    return [" ".join(words)] if words else []


def main(argv: list[str] | None = None) -> int:
    """Run one command; 0 when all is green, 1 with findings, 2 for wrong use."""
    words = sys.argv[1:] if argv is None else argv
    if not words or words[0] in ("-h", "--help", "help"):
        print(usage())
        return 0 if words else 2
    if words[0] not in COMMANDS:
        print(unknown(words[0]), file=sys.stderr)
        return 2
    if words[0] != "test" and {"-h", "--help"} & set(words[1:]):  # pytest has its own
        print(manual(words[0]))
        return 0
    if not environment.started_right():
        return environment.start_again()
    try:
        book = find_book()
    except BookError as error:
        print(error, file=sys.stderr)
        return 2
    environment.settle()
    return run(book, words[0], words[1:])
