"""A progress bar that knows where it is shown.

A terminal gets one line that rewrites itself; a notebook, a log and a pipe get
a few calm lines, because there a carriage return is noise.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import TextIO, TypeVar

T = TypeVar("T")
WIDTH = 24  # of the bar, so that numbers fit beside it on 80 columns
LINES = 10  # what a log gets at the most, first and last included


class Progress:
    """Counts to ``total`` and tells about it.

    Parameters
    ----------
    total : int
        How many steps there are.
    label : str
        What is counted, such as ``"epoch"``.
    stream : text file, optional
        Where to write; standard output if not given.
    show : bool
        ``False`` is silent.

    Examples
    --------
    >>> steps = Progress(2, "epoch")
    >>> steps.update({"loss": 0.5})
    epoch 1/2  loss 0.5
    >>> steps.update({"loss": 0.25})
    epoch 2/2  loss 0.25
    """

    def __init__(
        self,
        total: int,
        label: str = "step",
        *,
        stream: TextIO | None = None,
        show: bool = True,
    ) -> None:
        self.total, self.label, self.show = total, label, show
        self.stream = sys.stdout if stream is None else stream
        self.live = self.stream.isatty()
        self.start = time.perf_counter()
        self.last_drawn = 0.0
        self.length = 0
        self.done = 0

    def update(self, figures: Mapping[str, float] | None = None) -> None:
        """One step more, with the figures to show beside it."""
        self.done += 1
        if not self.show:
            return
        text = self._text(figures or {})
        if self.live:
            self._rewrite(text)
        elif self._due():
            print(text, file=self.stream, flush=True)

    def close(self) -> None:
        """End the line, if there is one that is being rewritten."""
        if self.show and self.live and self.length:
            print(file=self.stream, flush=True)
            self.length = 0

    def _text(self, figures: Mapping[str, float]) -> str:
        digits = len(str(self.total))
        parts = [f"{self.label} {self.done:{digits}d}/{self.total}"]
        if self.live:
            filled = WIDTH * self.done // max(self.total, 1)
            parts.append("[" + "#" * filled + "." * (WIDTH - filled) + "]")
        parts += [f"{name} {value:.4g}" for name, value in figures.items()]
        if self.live:
            spent = time.perf_counter() - self.start
            left = spent / self.done * (self.total - self.done)
            parts.append(f"{left:.0f} s left" if left >= 1 else f"{spent:.1f} s")
        return "  ".join(parts)

    def _rewrite(self, text: str) -> None:
        now = time.perf_counter()
        # a terminal that is written to more than ten times a second flickers
        if now - self.last_drawn < 0.1 and self.done < self.total:
            return
        self.last_drawn = now
        self.stream.write("\r" + text.ljust(self.length))
        self.stream.flush()
        self.length = len(text)

    def _due(self) -> bool:
        every = max(1, -(-self.total // (LINES - 1)))
        return self.done in (1, self.total) or self.done % every == 0


def track(items: Iterable[T], label: str = "step", *, show: bool = True) -> Iterator[T]:
    """Iterate over ``items`` and show how far it is.

    Parameters
    ----------
    items : iterable
        Listed first, so that their number is known.
    label : str
        What is counted.
    show : bool
        ``False`` is silent.

    Yields
    ------
    The items.

    Examples
    --------
    >>> from mmdl.progress import track
    >>> sum(track([1, 2, 3], show=False))
    6
    """
    values = list(items)
    progress = Progress(len(values), label, show=show)
    try:
        for value in values:
            yield value
            progress.update()
    finally:
        progress.close()
