"""Claims: the book's statements, tested as mathematics.

A *claim* is a function that draws one instance from ``rng`` and returns what
its kind compares: two sides, a bound, a truth value.  The parts of the formula
are its keyword parameters; their defaults are the truth.  A *mutant* replaces
one of them by a plausible mistake, and the same test must reject it::

    @claim("thm-normal-equations", kind="identity", instances=200)
    def residual_is_orthogonal_to_the_columns(rng, solve=stats.least_squares):
        "X^T (X w - y) = 0 at the least-squares solution."
        X, y = design(rng), ...
        return X.T @ (X @ solve(X, y).coef - y)

    residual_is_orthogonal_to_the_columns.mutant("...", solve=lambda X, y: ...)

pytest turns a claim into the items ``holds``, one per mutant, and ``sharp``;
``python -m claims`` runs them all for the book's theorem ledger.
"""

from claims.framework import Claim, claim, untested
from claims.generate import design, noise, response
from claims.kinds import Defect, Rejected

__all__ = [
    "Claim",
    "Defect",
    "Rejected",
    "claim",
    "design",
    "noise",
    "response",
    "untested",
]
