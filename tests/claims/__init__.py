r"""Claims: the book's statements, tested as mathematics.

A *claim* is a function that draws one instance from ``rng`` and returns what
its kind compares: two sides, a bound, a truth value.  The parts of the formula
are its keyword parameters; their defaults are the truth.  A *mutant* replaces
one of them by a plausible mistake, and the same test must reject it::

    @claim("thm-normal-equations", kind="identity", instances=200)
    def the_gradient_vanishes_at_the_fit(rng, solve=least_squares):
        r"$X^\T (Xw - y) = 0$ at the computed solution."
        X = design(rng)
        y = response(rng, X)
        return X.T @ (X @ solve(X, y).coef - y)

    the_gradient_vanishes_at_the_fit.mutant(
        "the targets centred", solve=lambda X, y: least_squares(X, y - y.mean())
    )

    @some_inequality.sharp
    def an_instance_that_attains_the_bound():
        return small, large  # within one per cent

    untested("thm-x", reason="pure existence by compactness")

The docstring is one sentence in mathematics; the ledger prints it, and the names of
the mutants, with formulas between dollars and the macros of the book.  What each
kind returns and tolerates stands in ``claims.kinds``; awkward instances come from
``claims.generate``.

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
