"""MNIST and Fashion-MNIST: 28 by 28 pixels, ten classes, 60,000 + 10,000 images.

A tenth of MNIST comes with the package (:func:`mnist_subset`); the whole sets
are fetched once into the cache folder, or read from a folder of one's own.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

from mmdl.data.dataset import Dataset
from mmdl.data.fetch import File, cache_folder, fetched, shipped
from mmdl.data.idx import gunzip, read_idx
from mmdl.data.tables import load_npz
from mmdl.errors import DataError

__all__ = ["fashion_mnist", "mnist", "mnist_subset"]

MNIST_SUBSET = File(
    "mnist_subset.npz",
    1153158,
    "3dd9172c23f5a0d42de47d90299b1bf598c55b0b66898beac7f1c37c7a803778",
)
MNIST_FILES = (
    File(
        "train-images-idx3-ubyte",
        47040016,
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    File(
        "train-labels-idx1-ubyte",
        60008,
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    File(
        "t10k-images-idx3-ubyte",
        7840016,
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    File(
        "t10k-labels-idx1-ubyte",
        10008,
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
)
FASHION_FILES = (
    File(
        "train-images-idx3-ubyte",
        47040016,
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    ),
    File(
        "train-labels-idx1-ubyte",
        60008,
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    ),
    File(
        "t10k-images-idx3-ubyte",
        7840016,
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    ),
    File(
        "t10k-labels-idx1-ubyte",
        10008,
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
)
MNIST_MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist",
    "https://ossci-datasets.s3.amazonaws.com/mnist",
)
FASHION_MIRRORS = (
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
)
LARGEST = 200_000_000  # bytes of a local file that are read, four times MNIST's own

MNIST_ABOUT: dict[str, Any] = {
    "target_names": tuple("0123456789"),
    "description": "Handwritten digits, centred in 28 by 28 pixels.",
    "source": "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning "
    "applied to document recognition, Proceedings of the IEEE 86 (1998) 2278-2324; "
    "Y. LeCun, C. Cortes, The MNIST database, from NIST's Special Databases 1 and 3",
    "licence": "CC BY-SA 3.0",
}
FASHION_ABOUT: dict[str, Any] = {
    "target_names": (
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    "description": "Photographs of clothes in 28 by 28 pixels.",
    "source": "H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST: a novel image dataset "
    "for benchmarking machine learning algorithms, arXiv:1708.07747 (2017)",
    "licence": "MIT",
}

Pair = tuple[Dataset, Dataset]


def mnist_subset() -> Pair:
    """A tenth of MNIST, inside the package: 6,000 and 1,000 images.

    Each class has its share of the whole; the order is random.

    Returns
    -------
    train, test : Dataset
        X of shape (6000, 784) and (1000, 784), float32, ink from 0 to 1.

    Examples
    --------
    >>> train, test = mnist_subset()
    >>> train, len(test)
    (Dataset 'mnist_subset': X (6000, 784) float32, y (6000,) int64, 10 classes, 1000)
    """
    arrays = load_npz(shipped(MNIST_SUBSET))
    train = _images("mnist_subset", arrays["X"], arrays["y"], MNIST_ABOUT)
    test = _images("mnist_subset", arrays["X_test"], arrays["y_test"], MNIST_ABOUT)
    return train, test


def mnist(path: str | Path | None = None) -> Pair:
    """The whole of MNIST: 60,000 images to learn from, 10,000 to be judged by.

    Parameters
    ----------
    path : str or Path, optional
        A folder with the four IDX files, compressed by gzip or not, or one of
        them. Without it the cache folder is used, and filled from a public
        mirror (11 MB) at the first time.

    Returns
    -------
    train, test : Dataset
        X of shape (60000, 784) and (10000, 784), float32, ink from 0 to 1.

    Raises
    ------
    DataError
        If a file is missing or damaged, or there is no network.

    Examples
    --------
    >>> train, test = mnist()  # doctest: +SKIP
    """
    return _load("mnist", path, MNIST_FILES, MNIST_MIRRORS, MNIST_ABOUT)


def fashion_mnist(path: str | Path | None = None) -> Pair:
    """Fashion-MNIST: as :func:`mnist`, with clothes in the place of digits.

    Parameters
    ----------
    path : str or Path, optional
        As for :func:`mnist`; the download has 30 MB.

    Returns
    -------
    train, test : Dataset

    Raises
    ------
    DataError
        If a file is missing or damaged, or there is no network.

    Examples
    --------
    >>> train, test = fashion_mnist()  # doctest: +SKIP
    """
    return _load("fashion_mnist", path, FASHION_FILES, FASHION_MIRRORS, FASHION_ABOUT)


def _load(
    name: str,
    path: str | Path | None,
    files: tuple[File, ...],
    mirrors: tuple[str, ...],
    about: dict[str, Any],
) -> Pair:
    if path is None:
        arrays = [read_idx(_fetched(name, file, mirrors), file.name) for file in files]
    else:
        arrays = [_read_local(name, Path(path), file.name) for file in files]
    X, y, X_test, y_test = arrays
    return _images(name, X, y, about), _images(name, X_test, y_test, about)


def _fetched(name: str, file: File, mirrors: tuple[str, ...]) -> bytes:
    if not (cache_folder() / name / file.name).is_file():
        print(f"{name}: fetching {file.name} ...", file=sys.stderr)
    try:
        return fetched(file, name, mirrors)
    except DataError as error:
        raise DataError(
            f"{name}: {error}\nGet the four files elsewhere and write "
            f"{name}(path=folder); mnist_subset() needs no network."
        ) from None


def _read_local(name: str, path: Path, file: str) -> np.ndarray:
    """The array of one of the four files in the folder ``path``, or beside it."""
    if not path.exists():
        raise DataError(
            f"{name}: expected a file or folder, received {str(path)!r}, which is not "
            f"there; give the folder of the four IDX files."
        )
    folder = path if path.is_dir() else path.parent
    dotted = file.replace("-idx", ".idx")
    for candidate in (file, dotted, f"{file}.gz", f"{dotted}.gz"):
        if (folder / candidate).is_file():
            with (folder / candidate).open("rb") as stream:
                data = stream.read(LARGEST + 1)
            return read_idx(gunzip(data, LARGEST, candidate), candidate)
    raise DataError(
        f"{name}: expected {file} or {file}.gz in {str(folder)!r}, received neither."
    )


def _images(name: str, X: np.ndarray, y: np.ndarray, about: dict[str, Any]) -> Dataset:
    if X.dtype != np.uint8 or X.size != len(y) * 784 or y.max(initial=0) > 9:
        raise DataError(
            f"{name}: expected images of 28 by 28 bytes and a label 0 to 9 for each, "
            f"received {X.shape} {X.dtype} and {y.shape}; is it another data set?"
        )
    pixels = X.reshape(len(X), 784) / np.float32(255)
    return Dataset(name, pixels, y.astype(np.int64), image_shape=(1, 28, 28), **about)
