"""Gauss rules: integrals over [0, 1], expectations under the standard normal law."""

import numpy as np

_nodes, _weights = np.polynomial.legendre.leggauss(24)
NODES, WEIGHTS = (_nodes + 1) / 2, _weights / 2  # of [0, 1]

NORMAL_NODES, _weights = np.polynomial.hermite_e.hermegauss(60)
NORMAL_WEIGHTS = _weights / _weights.sum()
