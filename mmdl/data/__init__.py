"""Data sets and mini-batches.

What comes with the package loads offline; the whole of MNIST and of
Fashion-MNIST is fetched once. Every set is a :class:`Dataset`.
"""

from typing import Any, NoReturn

from mmdl.data.batches import Loader, loader
from mmdl.data.dataset import Dataset, one_hot, standardize
from mmdl.data.fetch import cache_folder
from mmdl.data.history import Computer, Event, fastest_computers, timeline
from mmdl.data.images import fashion_mnist, mnist, mnist_subset
from mmdl.data.patterns import adaline16, cards20
from mmdl.data.tables import breast_cancer, diabetes, digits
from mmdl.data.toys import blobs, circles, linear, moons, sine, spirals, xor
from mmdl.errors import DataError, did_you_mean

SETS = {
    function.__name__: function
    for function in (
        *(adaline16, blobs, breast_cancer, cards20, circles, diabetes, digits),
        *(fashion_mnist, linear, mnist, mnist_subset, moons, sine, spirals, xor),
    )
}

__all__ = [
    "Computer",
    "Dataset",
    "Event",
    "Loader",
    "adaline16",
    "blobs",
    "breast_cancer",
    "cache_folder",
    "cards20",
    "circles",
    "diabetes",
    "digits",
    "fashion_mnist",
    "fastest_computers",
    "linear",
    "load",
    "loader",
    "mnist",
    "mnist_subset",
    "moons",
    "names",
    "one_hot",
    "sine",
    "spirals",
    "standardize",
    "timeline",
    "xor",
]


def names() -> list[str]:
    """The names of all data sets.

    Returns
    -------
    list of str

    Examples
    --------
    >>> "digits" in names()
    True
    """
    return sorted(SETS)


def load(name: str, *args: Any, **options: Any) -> Dataset | tuple[Dataset, Dataset]:
    """The data set called ``name``: ``load("digits")`` is ``digits()``.

    Parameters
    ----------
    name : str
    *args, **options
        Passed on to the function of that name.

    Returns
    -------
    Dataset or pair of Dataset

    Raises
    ------
    DataError
        If no data set has this name.

    Examples
    --------
    >>> len(load("digits"))
    1797
    """
    if name not in SETS:
        raise DataError(
            f"load: expected the name of a data set, received {name!r}"
            f"{did_you_mean(name, SETS)}; known are {', '.join(names())}."
        )
    return SETS[name](*args, **options)


def __getattr__(name: str) -> NoReturn:
    raise AttributeError(f"mmdl.data has no {name!r}{did_you_mean(name, __all__)}")
