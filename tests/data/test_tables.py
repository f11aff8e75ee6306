"""The data sets inside the package: what they hold, and that they are intact."""

import gzip
import re
from importlib import resources

import numpy as np
import pytest

from mmdl import data
from mmdl.data import fetch, tables
from mmdl.data.history import TIMELINE, TOP500
from mmdl.data.images import MNIST_SUBSET
from mmdl.errors import DataError
from mmdl.stats import add_intercept, least_squares

SHIPPED = [
    *(tables.DIABETES, tables.BREAST_CANCER, tables.DIGITS),
    *(MNIST_SUBSET, TIMELINE, TOP500),
]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda f: f.name)
def test_shipped_files_are_what_the_library_expects_and_are_explained(file):
    assert len(fetch.shipped(file)) == file.size
    assert f"`{file.name}`" in (fetch.SHIPPED / "SOURCES.md").read_text()


def test_everything_shipped_is_small():
    assert sum(file.size for file in SHIPPED) < 2_500_000


def test_diabetes_has_its_famous_r_squared():
    table = data.diabetes()
    fit = least_squares(add_intercept(table.X), table.y)
    assert round(float(fit.r_squared), 4) == 0.5177
    assert table.X.shape == (442, len(table.feature_names))


def test_breast_cancer_counts():
    table = data.breast_cancer()
    assert table.X.shape == (569, len(table.feature_names)) == (569, 30)
    assert dict(zip(table.target_names, np.bincount(table.y), strict=True)) == {
        "malignant": 212,
        "benign": 357,
    }


def test_digits_are_ink_from_0_to_1_in_sixteenths():
    table = data.digits()
    assert table.images.shape == (1797, 1, 8, 8)
    assert (table.X.min(), table.X.max()) == (0, 1)
    np.testing.assert_array_equal(table.X * 16, np.rint(table.X * 16))
    assert table.X.dtype == np.float32


def test_the_mnist_subset_has_every_class_in_its_share():
    train, test = data.mnist_subset()
    assert (train.X.shape, test.X.shape) == ((6000, 784), (1000, 784))
    assert (train.X.min(), train.X.max()) == (0, 1)
    # MNIST's own counts of the digits, of 60,000 and of 10,000
    whole = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.abs(np.bincount(train.y) - np.array(whole) / 10).max() < 1
    whole = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert np.abs(np.bincount(test.y) - np.array(whole) / 10).max() < 1


def test_no_image_is_in_training_and_test_set_of_the_subset():
    train, test = data.mnist_subset()
    images = {row.tobytes() for row in train.X}
    assert len(images) == 6000
    assert not images & {row.tobytes() for row in test.X}


@pytest.mark.parametrize(
    "name", ["diabetes", "breast_cancer", "digits", "mnist_subset"]
)
def test_every_set_names_its_source_and_its_licence(name):
    loaded = data.load(name)
    table = loaded[0] if isinstance(loaded, tuple) else loaded
    assert table.description.endswith(".")
    assert re.search(r"\(?\b(19|20)\d\d\)?", table.source)
    assert table.licence


@pytest.mark.parametrize("damage", ["cut", "flip"])
def test_a_damaged_package_is_noticed(damage, tmp_path, monkeypatch):
    good = fetch.shipped(tables.DIGITS)
    bad = good[:-1] if damage == "cut" else bytes([good[0] ^ 1]) + good[1:]
    (tmp_path / "digits.npz").write_bytes(bad)
    monkeypatch.setattr(fetch, "SHIPPED", tmp_path)
    with pytest.raises(DataError, match=r"digits.npz: expected (45375 bytes|sha256)"):
        data.digits()


def test_a_package_without_its_files_asks_the_mirror(tmp_path, monkeypatch):
    whole = fetch.shipped(tables.DIABETES)
    monkeypatch.setattr(fetch, "SHIPPED", tmp_path / "nothing")
    monkeypatch.delenv("MMDL_DATA_URL", raising=False)
    with pytest.raises(DataError, match="expected it in the package's folder"):
        data.diabetes()
    (tmp_path / "diabetes.csv.gz").write_bytes(gzip.compress(whole))
    monkeypatch.setenv("MMDL_DATA_URL", tmp_path.as_uri())
    assert len(data.diabetes()) == 442


def test_the_tables_equal_those_of_scikit_learn():
    datasets = pytest.importorskip(
        "sklearn.datasets", reason="scikit-learn not installed"
    )
    theirs = datasets.load_diabetes(scaled=False)
    np.testing.assert_array_equal(data.diabetes().X, theirs.data)
    np.testing.assert_array_equal(data.diabetes().y, theirs.target)
    theirs = datasets.load_breast_cancer()
    np.testing.assert_array_equal(data.breast_cancer().X, theirs.data)
    np.testing.assert_array_equal(data.breast_cancer().y, theirs.target)
    assert data.breast_cancer().feature_names == tuple(theirs.feature_names)
    theirs = datasets.load_digits()
    np.testing.assert_array_equal(data.digits().X * 16, theirs.data)
    np.testing.assert_array_equal(data.digits().y, theirs.target)


def test_the_package_holds_no_other_files():
    names = {p.name for p in (resources.files("mmdl.data") / "files").iterdir()}
    assert names - {".gitattributes"} == {
        "SOURCES.md",
        *(file.name for file in SHIPPED),
    }
