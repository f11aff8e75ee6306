"""What happened when: the rows of the book's timeline.

Two courses tell the history of deep learning in lists of years. This is their union,
checked and cited, with the operations of a training where somebody has estimated them:
a survey of 2022, and again, often otherwise, the same survey three years later. Beside
it stand the fastest computers of their time. Used in ``ch-timeline``.
"""

import csv
from dataclasses import dataclass

from mmdl.data.fetch import File, shipped

__all__ = [
    "TAGS",
    "TIMELINE",
    "TOP500",
    "Computer",
    "Event",
    "fastest_computers",
    "timeline",
]

TIMELINE = File(
    "timeline.csv",
    12950,
    "effbde2bd63a8e4cae5e2adae9557296b475fa59e070df147f2225f488d5ddd6",
)
TOP500 = File(
    "top500.csv",
    591,
    "13f8f4c6eacaad0b43a53b789fefdf6e57f1cefc64ab3ce8fb42190465b686e5",
)
TAGS = {
    "mathematics": "Mathematics",
    "beginnings": "Beginnings",
    "techniques": "Notable technical improvements",
    "architectures": "Important architectures",
    "reinforcement": "Deep reinforcement learning",
    "generative": "Generative AI and LLMs",
    "frameworks": "Frameworks and libraries",
    "world": "The world around",
}


@dataclass(frozen=True)
class Event:
    """One row of the timeline.

    Attributes
    ----------
    date : str
        ``"1957"`` or ``"2012-09"``.
    event, who : str
    tag : str
        One of ``TAGS``, of which five are those of the second course.
    track : str
        ``"O"``, ``"A"`` or ``"OA"``: the course whose list has the row; else empty.
    compute, revised : float or None
        Floating-point operations of the training, as estimated in 2022 and in 2025.
    chapter : str
        The label of the chapter that treats it, or nothing.
    sources : tuple of str
        Keys of the bibliography.
    note : str
        What sources do not agree on, and what was not checked.

    Examples
    --------
    >>> row = Event("2012-09", "AlexNet", "", "architectures", "OA", None, None, "", ())
    >>> row.year, row.time
    (2012, 2012.7083333333333)
    """

    date: str
    event: str
    who: str
    tag: str
    track: str
    compute: float | None
    revised: float | None
    chapter: str
    sources: tuple[str, ...]
    note: str = ""

    @property
    def year(self) -> int:
        """The year."""
        return int(self.date[:4])

    @property
    def time(self) -> float:
        """The middle of the month, or of the year, as a number."""
        return _time(self.date)

    @property
    def flop(self) -> float | None:
        """The newer estimate of the training's operations, else the older one."""
        return self.revised or self.compute


@dataclass(frozen=True)
class Computer:
    """A computer that led the TOP500 list.

    Attributes
    ----------
    date : str
        The list on which it came first for the first time, like ``"1993-06"``.
    computer : str
    speed : float
        Floating-point operations a second on that list, measured by solving a system
        of linear equations.

    Examples
    --------
    >>> Computer("1993-06", "CM-5", 59.7e9).time
    1993.4583333333333
    """

    date: str
    computer: str
    speed: float

    @property
    def time(self) -> float:
        """The middle of the month, as a number."""
        return _time(self.date)


def timeline() -> tuple[Event, ...]:
    """The history of deep learning, one row an event, in order of time.

    Returns
    -------
    tuple of Event

    Examples
    --------
    >>> rows = timeline()
    >>> [row.event for row in rows if row.year == 1960]
    ['ADALINE']
    >>> max(rows, key=lambda row: row.flop or 0).event
    'Gemini'
    """
    return tuple(_event(**row) for row in _rows(TIMELINE))


def fastest_computers() -> tuple[Computer, ...]:
    """The fastest computers since 1993, each when it first led the TOP500 list.

    Returns
    -------
    tuple of Computer
        In order of time and of speed.

    Examples
    --------
    >>> first, *_, last = fastest_computers()
    >>> first.computer, last.computer, round(last.speed / first.speed / 1e6)
    ('CM-5', 'El Capitan', 29)
    """
    return tuple(
        Computer(row["date"], row["computer"], float(row["speed"]))
        for row in _rows(TOP500)
    )


def _rows(file: File) -> list[dict[str, str]]:
    return list(csv.DictReader(shipped(file).decode("utf-8").splitlines()))


def _time(date: str) -> float:
    month = float(date[5:]) - 0.5 if "-" in date else 6.0
    return int(date[:4]) + month / 12


def _event(*, compute: str, revised: str, source: str, **texts: str) -> Event:
    return Event(
        **texts,
        compute=float(compute) if compute else None,
        revised=float(revised) if revised else None,
        sources=tuple(source.split()),
    )
