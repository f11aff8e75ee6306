"""KaTeX in an embedded JavaScript engine, behind a cache that survives builds.

``Engine.render(tex, display)`` gives HTML with hidden MathML, or raises
``MathError`` with the place of the mistake. A formula is rendered again only if
it, a macro that it calls, KaTeX or our own script changed.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from macros import Macro, for_katex, used

HERE = Path(__file__).parent
VENDOR = HERE.parent / "_vendor" / "katex"
SCRIPT = HERE / "katex_render.js"
PREFIX = re.compile(
    r"^KaTeX parse error: (?:LaTeX-incompatible input and strict mode[^:]*: )?"
)
PLACE = re.compile(
    r"(?: \[\w+\])?(?: at (?:position \d+|end of input): .*)?$", re.DOTALL
)


class MathError(Exception):
    """A formula that KaTeX cannot read; ``at`` is the offset, or None."""

    def __init__(self, message: str, at: int | None = None, length: int = 1) -> None:
        super().__init__(message)
        self.at = at
        self.length = length


@dataclass(frozen=True)
class Formula:
    """What KaTeX makes of a formula: its markup and its width in em (about)."""

    html: str
    width: float


class Cache:
    """A dictionary on disk; a damaged file is thrown away and begun anew."""

    def __init__(self, path: Path | None) -> None:
        try:
            self._open(path)
        except (sqlite3.DatabaseError, OSError):
            self._open_anew(path)

    def _open_anew(self, path: Path | None) -> None:
        try:
            if path:
                path.unlink(missing_ok=True)
            self._open(path)
        except (sqlite3.DatabaseError, OSError):
            self._open(None)  # a place that cannot be written: remember in memory

    def _open(self, path: Path | None) -> None:
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
        self.db = sqlite3.connect(path or ":memory:", isolation_level=None)
        self.db.execute("PRAGMA synchronous = OFF")  # only a cache: speed first
        self.db.execute("CREATE TABLE IF NOT EXISTS formulas (key PRIMARY KEY, value)")
        self.db.execute("SELECT value FROM formulas LIMIT 1").fetchone()

    def get(self, key: bytes) -> str | None:
        """The value, or None where there is none or the file is damaged."""
        try:
            query = "SELECT value FROM formulas WHERE key = ?"
            row = self.db.execute(query, (key,)).fetchone()
        except sqlite3.DatabaseError:
            return None
        return row[0] if row else None

    def put(self, key: bytes, value: str) -> None:
        """Store; a full disk or a busy file costs only the next look-up."""
        try:
            command = "INSERT OR REPLACE INTO formulas VALUES (?, ?)"
            self.db.execute(command, (key, value))
        except sqlite3.DatabaseError:
            pass

    def close(self) -> None:
        """Close the file."""
        self.db.close()


class Engine:
    """Renders formulas with the macros of one table."""

    def __init__(self, table: dict[str, Macro], cache: Path | None = None) -> None:
        self.table = table
        self.cache = Cache(cache)
        self._seen: dict[bytes, Formula | MathError] = {}
        sources = (VENDOR / "katex.min.js", SCRIPT, HERE / "katex_only.txt")
        self._version = hashlib.sha256(b"".join(map(Path.read_bytes, sources))).digest()

    @cached_property
    def _script(self) -> Callable[[str, bool, str], str]:
        import quickjs  # 40 ms with KaTeX: only where the cache does not answer

        context = quickjs.Context()
        context.eval((VENDOR / "katex.min.js").read_text(encoding="utf-8"))
        context.eval(SCRIPT.read_text(encoding="utf-8"))
        return context.get("renderFormula")

    def render(self, tex: str, *, display: bool) -> Formula:
        """Render one formula, or raise MathError."""
        macros = json.dumps(for_katex(used(tex, self.table)), sort_keys=True)
        text = f"{display}\0{macros}\0{tex}".encode("utf-8", "surrogatepass")
        key = hashlib.sha256(self._version + text).digest()
        if key not in self._seen:
            self._seen[key] = self._look_up(key, tex, display, macros)
        result = self._seen[key]
        if isinstance(result, MathError):
            raise result
        return result

    def _look_up(
        self, key: bytes, tex: str, display: bool, macros: str
    ) -> Formula | MathError:
        stored = self.cache.get(key)
        if stored is not None:
            width, _, html = stored.partition(" ")
            return Formula(html, float(width))
        wrong = misuse(tex, self.table) or prose(tex)
        if wrong:
            return wrong
        answer = json.loads(self._script(tex, display, macros))
        if "error" in answer:
            message = PLACE.sub("", PREFIX.sub("", answer["error"]))
            return MathError(message, answer["at"], answer["length"] or 1)
        formula = Formula(answer["html"], round(answer["width"], 2))
        self.cache.put(key, f"{formula.width} {formula.html}")
        return formula


@cache
def only_katex() -> frozenset[str]:
    """The commands that KaTeX has beyond LaTeX: the PDF could not set them."""
    return frozenset((HERE / "katex_only.txt").read_text(encoding="utf-8").split())


def misuse(tex: str, table: dict[str, Macro]) -> MathError | None:
    """Find what KaTeX would accept and should not.

    That is a command that LaTeX does not know, and a macro called like a function:
    it would swallow the bracket.
    """
    for match in re.finditer(r"\\([A-Za-z]+)", tex):
        if match[1] in only_katex() and match[1] not in table:
            message = f"LaTeX does not know \\{match[1]}, so the PDF cannot show it"
            return MathError(message, match.start(), len(match[0]))
    for match in re.finditer(r"\\([A-Za-z]+)\s*([(\[]|$)", tex):
        macro = table.get(match[1])
        if macro and macro.arity:
            braces = f"in braces: {macro.sample}"
            message = f"\\{macro.name} takes {macro.arity} argument(s) {braces}"
            return MathError(message, match.start(), len(match[1]) + 1)
    return None


def prose(tex: str) -> MathError | None:
    """Find a sentence inside a formula: some dollar sign was lost."""
    bare = re.sub(r"\\[A-Za-z]+\s*\{[^{}]*\}", lambda m: " " * len(m[0]), tex)
    words = re.search(
        r"(?:(?<![A-Za-z\\])[A-Za-z]{3,}[,.;:]?\s+){3,}[A-Za-z]{3,}", bare
    )
    if words is None:
        return None
    return MathError("words in a formula, a $ is missing", words.start(), 20)


def excerpt(tex: str, error: MathError, *, width: int = 60) -> str:
    """The line of the mistake with a caret below it, cut to about ``width``."""
    if error.at is None:
        return "    " + " ".join(tex.split())[-width:]
    start = tex.rfind("\n", 0, error.at) + 1
    line = tex[start:].split("\n", 1)[0]
    column = error.at - start
    cut = max(0, column - width // 2)
    shown = line[cut : cut + width]
    length = max(1, min(error.length, len(shown) - (column - cut)))
    return f"    {shown}\n    {' ' * (column - cut)}{'^' * length}"
