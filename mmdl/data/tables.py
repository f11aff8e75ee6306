"""Three real data sets that come with the package and need no network.

442 patients with diabetes (regression), 569 tumours of the breast (two
classes), 1,797 digits of 8 by 8 pixels (ten classes). Licences and sources are
in each :class:`~mmdl.data.Dataset` and beside the files.
"""

import io

import numpy as np

from mmdl.data.dataset import Dataset
from mmdl.data.fetch import File, shipped

__all__ = ["breast_cancer", "diabetes", "digits", "load_npz"]

DIABETES = File(
    "diabetes.csv",
    18506,
    "9193026b7622ff944f0a6855a10107b24caf50dad69787c46e6890e69c27faca",
)
BREAST_CANCER = File(
    "breast_cancer.csv",
    120381,
    "ddac21cf58cef7fa9e5b519f4b012874e0e80560cceef34a8847ed0fdd333a5f",
)
DIGITS = File(
    "digits.npz",
    45375,
    "dff739c317c3d7a561cd1d11ae22ab4ac7f0557489c9e3935e97bec510d05737",
)


def diabetes() -> Dataset:
    """Ten measurements of 442 patients, and how far the disease went in a year.

    Age in years, sex (1 or 2), body-mass index, mean blood pressure, and six
    blood values, in their own units.

    Returns
    -------
    Dataset
        X of shape (442, 10); real targets between 25 and 346.

    Examples
    --------
    >>> data = diabetes()
    >>> data.feature_names[:4]
    ('age', 'sex', 'bmi', 'bp')
    """
    names, table = _read_csv(DIABETES)
    return Dataset(
        "diabetes",
        table[:, :-1],
        table[:, -1],
        feature_names=names[:-1],
        description="Disease progression of 442 patients one year after ten "
        "baseline measurements.",
        source="B. Efron, T. Hastie, I. Johnstone, R. Tibshirani, Least angle "
        "regression, Annals of Statistics 32 (2004) 407-499; values as shipped "
        "with scikit-learn",
        licence="published by the authors with the article, without a licence text",
    )


def breast_cancer() -> Dataset:
    """Thirty measures of the cell nuclei of 569 tumours, malignant or benign.

    Returns
    -------
    Dataset
        X of shape (569, 30); classes malignant (0, 212 times), benign (1, 357).

    Examples
    --------
    >>> data = breast_cancer()
    >>> np.bincount(data.y)
    array([212, 357])
    """
    names, table = _read_csv(BREAST_CANCER)
    return Dataset(
        "breast_cancer",
        table[:, :-1],
        table[:, -1].astype(np.int64),
        feature_names=names[:-1],
        target_names=("malignant", "benign"),
        description="Breast Cancer Wisconsin (Diagnostic): features of cell nuclei "
        "in images of fine needle aspirates.",
        source="W. Wolberg, O. Mangasarian, N. Street, W. Street (1995), UCI Machine "
        "Learning Repository, doi:10.24432/C5DW2B; values as shipped with "
        "scikit-learn",
        licence="CC BY 4.0",
    )


def digits() -> Dataset:
    """Handwritten digits of 8 by 8 pixels, 1,797 of them.

    Returns
    -------
    Dataset
        X of shape (1797, 64), float32, ink from 0 to 1 in sixteenths.

    Examples
    --------
    >>> data = digits()
    >>> data.images.shape, float(data.X.max())
    ((1797, 1, 8, 8), 1.0)
    """
    arrays = load_npz(shipped(DIGITS))
    return Dataset(
        "digits",
        arrays["X"].astype(np.float32) / 16,
        arrays["y"].astype(np.int64),
        target_names=tuple("0123456789"),
        image_shape=(1, 8, 8),
        description="Test set of the Optical Recognition of Handwritten Digits, by 13 "
        "writers: ink in blocks of 4 by 4 pixels.",
        source="E. Alpaydin, C. Kaynak (1998), UCI Machine Learning Repository, "
        "doi:10.24432/C50P49; values as shipped with scikit-learn",
        licence="CC BY 4.0",
    )


def load_npz(data: bytes) -> dict[str, np.ndarray]:
    """The arrays of an npz archive that was checked already; no pickles.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    dict of arrays

    Examples
    --------
    >>> sorted(load_npz(shipped(DIGITS)))
    ['X', 'y']
    """
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def _read_csv(file: File) -> tuple[tuple[str, ...], np.ndarray]:
    """Column names and numbers of a table whose last column is the target."""
    lines = shipped(file).decode("ascii").splitlines()
    table = np.array([line.split(",") for line in lines[1:]], dtype=float)
    return tuple(lines[0].split(",")), table
