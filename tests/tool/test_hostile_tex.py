"""TeX, as the book runs it, reads and writes nothing but its folder, and runs nothing.

KaTeX refuses these commands in every formula before TeX sees one (hostile_pages.yml);
here they reach TeX nevertheless.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from mmdl_book.errors import BookError
from mmdl_book.pdf import TOOLS, typeset
from thorough import some

MISSING = [tool for tool in (*TOOLS, "pdftotext") if shutil.which(tool) is None]
HIDDEN = "OnlyForTheBuilder"
READ = r"\newread\r \openin\r={} \ifeof\r closed\else \read\r to\x open \x\fi"
TRIES = {
    "runs a program": r"\immediate\write18{touch pwned; touch ../pwned}",
    "runs a program by a pipe": r"\input{|'touch pwned'}",
    "reads by its absolute path": r"\input{FOLDER/secret.txt}",
    "reads above its folder": r"\input{../secret.txt}",
    "opens by its absolute path": READ.format("FOLDER/secret.txt"),
    "opens above its folder": READ.format("../secret.txt"),
    "opens a hidden file": READ.format(".secret"),
    "writes above its folder": r"\newwrite\w \immediate\openout\w=../pwned "
    r"\immediate\write\w{x}",
    "writes by an absolute path": r"\newwrite\w \immediate\openout\w=FOLDER/pwned "
    r"\immediate\write\w{x}",
    "writes a hidden file": r"\newwrite\w \immediate\openout\w=.pwned "
    r"\immediate\write\w{x}",
    "lists a file": r"\usepackage{verbatim}\begin{document}"
    r"\verbatiminput{FOLDER/secret.txt}",
}
FEW = [name for name in TRIES if name.startswith("runs") or "above" in name]

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {MISSING}")


def printed(folder: Path) -> str:
    """The text of the PDF; empty where TeX refuses to go on."""
    try:
        made = typeset(folder, "book", folder.parent)
    except BookError:
        return ""
    shown = ["pdftotext", str(made), "-"]
    return subprocess.run(shown, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("name", some(list(TRIES), FEW))
def test_nothing_comes_in_and_nothing_gets_out(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "latex"
    folder.mkdir()
    for secret in (tmp_path / "secret.txt", folder / ".secret"):
        secret.write_text(f"{HIDDEN}\n")
    tex = TRIES[name].replace("FOLDER", str(tmp_path))
    begin = "" if r"\begin{document}" in tex else r"\begin{document}"
    source = rf"\documentclass{{article}}{begin} {tex} told. \end{{document}}"
    (folder / "book.tex").write_text(f"{source}\n")
    words = printed(folder)
    assert "told." in words or not words
    left = [path for path in folder.iterdir() if path.name != ".secret"]
    written = "".join(path.read_text(errors="replace") for path in left)
    assert HIDDEN not in words + written
    assert list(tmp_path.rglob("*pwned*")) == []
