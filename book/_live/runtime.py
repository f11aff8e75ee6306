"""Python's side of a cell that runs in the page: run, show, explain.

Loaded by the page's worker. `Runtime().run` executes one cell in the chapter's
namespace and reports through two JavaScript functions: ``write(text, kind)`` for
text and ``show(kind, content, words)`` for pictures, values and errors.
"""

import ast
import builtins
import importlib
import inspect
import io
import linecache
import logging
import pprint
import sys
import time
import tokenize
import traceback
import types

WAIT = 0.05  # seconds that an unfinished line may wait
DEEPEST = 8  # frames of a traceback that are worth reading


class Stream(io.TextIOBase):
    """Standard output or error of a cell, a terminal in the eyes of a program."""

    def __init__(self, kind):
        self.kind, self.send, self.parts, self.sent = kind, None, [], 0.0

    def write(self, text):
        """Keep `text` until its line ends."""
        if not isinstance(text, str):
            raise TypeError(f"write: expected a str, received {type(text).__name__}")
        self.parts.append(text)
        if text.endswith("\n") or time.perf_counter() - self.sent > WAIT:
            self.flush()
        return len(text)

    def flush(self):
        """Send what is kept."""
        text, self.parts = "".join(self.parts), []
        if text and self.send:
            self.send(text, self.kind)
            self.sent = time.perf_counter()

    def isatty(self):
        """Let progress bars rewrite their line: the page can show that."""
        return True

    def writable(self):
        """Return True, as for any output."""
        return True


class Runtime:
    """One chapter's Python."""

    def __init__(self):
        self.space = {"__name__": "__main__", "__builtins__": builtins}
        self.out, self.err = Stream("out"), Stream("err")
        sys.stdout, sys.stderr = self.out, self.err
        sys.stdin = io.StringIO()
        builtins.input = _no_input
        sys.displayhook = lambda value: None
        self.show = None
        _plots_later()
        logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

    async def run(self, code, cell, write, show):
        """Run `code`; return "ok", "error" or "stopped"."""
        self.out.send = self.err.send = write
        self.show = show
        self.space["display"] = self.display
        name = f"Cell {cell}"
        linecache.cache[name] = (len(code), None, code.splitlines(True), name)
        try:
            value = await _execute(code, name, self.space)
            if value is not None:
                self.display(value)
            self.figures()
            return "ok"
        except KeyboardInterrupt:
            self.flush()
            show("stopped", "", "")
            return "stopped"
        except BaseException as error:  # noqa: BLE001 - a cell may raise anything
            self.flush()
            show("error", explain(error, name), type(error).__name__)
            return "error"
        finally:
            self.flush()
            _close_figures()

    def flush(self):
        """Send what was written."""
        self.out.flush()
        self.err.flush()

    def display(self, *values):
        """Show values as a notebook does: a figure, a table, else text."""
        for value in values:
            self.flush()
            if _is_figure(value):
                self.figure(value)
            elif (html := _html(value)) is not None:
                self.show("html", html, "")
            else:
                self.show("value", _text(value), "")

    def figures(self):
        """Show the figures that are still open."""
        self.flush()
        pyplot = sys.modules.get("matplotlib.pyplot")
        for number in pyplot.get_fignums() if pyplot else ():
            self.figure(pyplot.figure(number))

    def figure(self, figure):
        """Show one figure, as SVG with words about its axes, and close it."""
        picture = io.BytesIO()
        figure.savefig(picture, format="svg", bbox_inches="tight", facecolor="white")
        self.show("figure", picture.getvalue().decode(), _words(figure))
        sys.modules["matplotlib.pyplot"].close(figure)


class _Later(types.ModuleType):
    """A module that is imported when it is first used.

    Plots take seconds, and many cells that import them need none.
    """

    def __getattr__(self, name):
        return getattr(importlib.import_module(self.__name__), name)


def _plots_later():
    try:
        import mmdl
    except ImportError:
        return
    mmdl.plot = _Later("mmdl.plot")


async def _execute(code, name, space):
    """Run the statements; the value of the last one, if it is to be shown."""
    tree = ast.parse(code, name)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not _silenced(code):
        last = ast.Expression(tree.body.pop().value)
    await _evaluate(tree, name, "exec", space)
    if last is not None:
        return await _evaluate(last, name, "eval", space)
    return None


async def _evaluate(tree, name, mode, space):
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    code = compile(tree, name, mode, flags, dont_inherit=True)
    value = eval(code, space)  # noqa: S307 - running code is what this is for
    if code.co_flags & inspect.CO_COROUTINE:
        value = await value
    return value if mode == "eval" else None


def _silenced(code):
    """Whether the cell ends with a semicolon, which asks for no output."""
    skip = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER}
    last = ""
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type not in skip:
            last = token.string
    return last == ";"


def _is_figure(value):
    figure = sys.modules.get("matplotlib.figure")
    return figure is not None and isinstance(value, figure.Figure)


def _html(value):
    method = getattr(type(value), "_repr_html_", None)
    return method(value) if callable(method) else None


def _text(value):
    """A value's text, wrapped like a notebook's."""
    if type(value) in (list, tuple, dict, set, frozenset):
        return pprint.pformat(value, width=79, sort_dicts=False)
    return repr(value)


def _words(figure):
    """What can be said of a figure that nobody has described."""
    said = []
    for axes in figure.axes:
        x, y = axes.get_xlabel(), axes.get_ylabel()
        if x or y:
            said.append(f"{y or 'values'} against {x or 'index'}")
    return "Plot: " + "; ".join(said[:4]) if said else "Figure drawn by this cell"


def _close_figures():
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


def _no_input(prompt=""):
    raise RuntimeError(
        "input: a cell cannot ask here; assign the value instead, as in name = 'Ada'"
    )


def explain(error, name):
    """The traceback without this file's frames, the cell's own lines first to see."""
    report = traceback.TracebackException.from_exception(error, limit=-60)
    lines = []
    _report(report, name, lines)
    return "\n".join(lines)


def _report(report, name, lines):
    cause = report.__cause__ or (
        None if report.__suppress_context__ else report.__context__
    )
    if cause is not None:
        _report(cause, name, lines)
        lines.append("\nwhich led to\n")
    frames = [frame for frame in report.stack if frame.filename != "<book>"]
    if len(frames) > 2 * DEEPEST:
        left = len(frames) - 2 * DEEPEST
        frames = [*frames[:DEEPEST], left, *frames[-DEEPEST:]]
    for frame in frames:
        lines += _frame(frame)
    lines += [line.rstrip("\n") for line in report.format_exception_only()]


def _frame(frame):
    if isinstance(frame, int):
        return [f"… {frame} more calls …"]
    place = frame.filename.rpartition("site-packages/")[2].rpartition("/lib/")[2]
    inside = "" if frame.name == "<module>" else f", in {frame.name}"
    told = [f"{place}, line {frame.lineno}{inside}"]
    return told + ([f"    {frame.line}"] if frame.line else [])
