"""THE table of derivatives: every NumPy function that a Tensor understands.

One line per function, sorted by theme: entry by entry (`table_pointwise`), flat
(`table_constant`: comparisons and the like, whose derivative is zero), sums and
maxima (`table_reductions`), shapes and indices (`table_shapes`), products
(`table_products`), linear algebra (`table_linalg`). To add a function of your own,
write such a line anywhere and run `mmdl.check` on it (``ch-backpropagation``).
"""

from mmdl.autodiff import (
    table_constant,
    table_pointwise,
    table_products,
    table_reductions,
    table_shapes,
)

__all__ = [
    "table_constant",
    "table_pointwise",
    "table_products",
    "table_reductions",
    "table_shapes",
]
