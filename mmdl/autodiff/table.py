"""THE table of derivatives: every NumPy function that a Tensor understands.

Sorted by theme: entry by entry (`table_pointwise`), flat (`table_constant`:
comparisons and the like), sums and maxima (`table_reductions`), shapes and indices
(`table_shapes`, `table_joining`), products (`table_products`, `table_einsum`),
linear algebra (`table_linalg`, `table_spectral`). A function of your own is one more
such line, anywhere; `mmdl.check` tells whether it is right (``ch-backpropagation``).
"""

from mmdl.autodiff import (
    table_constant,
    table_einsum,
    table_erf,
    table_joining,
    table_linalg,
    table_pointwise,
    table_products,
    table_reductions,
    table_shapes,
    table_spectral,
    table_statistics,
)

__all__ = [
    "table_constant",
    "table_einsum",
    "table_erf",
    "table_joining",
    "table_linalg",
    "table_pointwise",
    "table_products",
    "table_reductions",
    "table_shapes",
    "table_spectral",
    "table_statistics",
]
