"""What the output of a cell may be: text and still pictures, nothing that could run.

The list says what is allowed, for nobody can list all that is not. The book itself
puts out text, SVG for the site and PDF for paper; PNG does no harm either. There is
no HTML, for a page of the book shows what print shows; no TeX and no Markdown, for
they would be obeyed where the text of a chapter is only shown.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

from mmdl_book.safe_svg import short, svg_faults

GLUED = "application/papermill.record/"  # before the type of what a cell kept by glue
LONGEST = 5_000_000  # characters of one output
TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]")  # text reads another way than it is
STREAM = re.compile(rb"\bstream\r?\n.*?endstream", re.DOTALL)
PDF = re.compile(
    rb"/(JavaScript|JS|OpenAction|AA|Launch|EmbeddedFile|SubmitForm|GoToR|URI|XFA"
    rb"|RichMedia|ObjStm)\b|/\w*#"  # a name may be written in hexadecimal digits
)


def faults(outputs: Any) -> Iterator[str]:
    """What is wrong with the outputs of one cell, if anything is."""
    if not isinstance(outputs, list):
        yield "outputs that are no list"
        return
    for output in outputs:
        yield from _output(output) if isinstance(output, dict) else ["no output at all"]


def _output(output: dict[str, Any]) -> Iterator[str]:
    kind = output.get("output_type")
    if kind == "stream":
        if output.get("name") not in ("stdout", "stderr"):
            yield "printed text of no known stream"
        yield from _text(output.get("text"))
    elif kind == "error":
        rows = output.get("traceback")
        rows = rows if isinstance(rows, list) else [rows]
        for words in (output.get("ename"), output.get("evalue"), *rows):
            yield from _text(words)
    elif kind in ("display_data", "execute_result"):
        yield from _data(output.get("data"))
        yield from _metadata(output.get("metadata", {}))
    else:
        yield "an output of no known kind"


def _data(data: Any) -> Iterator[str]:
    if not isinstance(data, dict):
        yield "an output without data"
        return
    for kind, value in data.items():
        check = KINDS.get(str(kind).removeprefix(GLUED))
        words = "".join(value) if _lines(value) else value
        if check is None:
            yield f"an output of the type {short(kind)}"
        else:
            yield from _text(words)
            yield from check(words) if isinstance(words, str) else ()


def _lines(value: Any) -> bool:
    """Whether a text is kept in lines, as on disk."""
    return isinstance(value, list) and all(isinstance(line, str) for line in value)


def _metadata(found: Any) -> Iterator[str]:
    """Only glue has some: the name of the value and where it is kept."""
    for key, value in found.items() if isinstance(found, dict) else [("", found)]:
        plain = isinstance(value, dict) and all(
            isinstance(part, str | int) for part in value.values()
        )
        if key not in ("scrapbook", "image/png", "needs_background") or not plain:
            yield f"an output with the setting {short(key)}"


def _text(words: Any) -> Iterator[str]:
    words = "".join(words) if _lines(words) else words
    if not isinstance(words, str):
        yield "an output that is no text"
    elif len(words) > LONGEST:
        yield f"an output of {len(words):,} characters; at most {LONGEST:,}"
    elif TURNED.search(words):
        yield "an output with characters that turn the direction of text"


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _pdf(text: str) -> Iterator[str]:
    data = _bytes(text)
    if not data.startswith(b"%PDF-"):
        yield "a picture that is no PDF"
    elif found := PDF.search(STREAM.sub(b"", data)):
        yield f"a picture whose PDF holds {found[0].decode()}"


def _svg(text: str) -> Iterator[str]:
    for found in svg_faults(text):
        yield f"a picture with {found}"


def _png(text: str) -> Iterator[str]:
    if not _bytes(text).startswith(b"\x89PNG\r\n\x1a\n"):
        yield "a picture that is no PNG"


def _plain(_: str) -> Iterator[str]:
    return iter(())


KINDS = {
    "text/plain": _plain,
    "image/svg+xml": _svg,
    "application/pdf": _pdf,
    "image/png": _png,
}
REMEDY = "print text or end the cell with a figure; a chapter puts out nothing else"
