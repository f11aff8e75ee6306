"""Stochastic gradient descent: batches, floors, rates, and what lowers them."""

from itertools import combinations

import numpy as np

from claims import claim, untested
from mmdl.optim import SGD, iterates, schedules


def squares(v):
    return (v**2).sum(axis=-1)


class Samples:
    """Least squares, sample by sample, and everything the theorems speak of."""

    def __init__(self, rng, N=12, d=3, noise=1.0):
        self.X = rng.normal(size=(N, d))
        self.y = self.X @ rng.normal(size=d) + noise * rng.normal(size=N)
        self.best = np.linalg.lstsq(self.X, self.y, rcond=None)[0]
        self.smooth = squares(self.X).max()
        self.strong = np.linalg.eigvalsh(self.X.T @ self.X / N)[0]
        self.sigma2 = squares(self.each(self.best)).mean()

    def each(self, w):
        return self.X * (self.X @ w - self.y)[:, None]

    def moments(self, tau, w0, K):
        """E |w_k - w*|^2 exactly, by propagating mean and second moment."""
        A = np.einsum("ni,nj->nij", self.X, self.X)
        r = self.X * (self.X @ self.best - self.y)[:, None]
        steps = [np.eye(w0.size) - t * A for t in tau]
        m, S = w0 - self.best, np.outer(w0 - self.best, w0 - self.best)
        out = [np.trace(S)]
        for t, B in zip(tau, steps, strict=True):
            cross = np.einsum("nij,j,nk->ik", B, m, r) / len(r) * t
            S = np.einsum("nij,jk,nlk->il", B, S, B) / len(r) - cross - cross.T
            S = S + t * t * r.T @ r / len(r)
            m = np.mean(B @ m, axis=0)  # the mean of r vanishes at the optimum
            out.append(np.trace(S))
        return np.array(out[:K])


@claim("prop-minibatch-variance", kind="identity", instances=30)
def batch_variance_by_enumeration(rng, factor=lambda N, b: (N - b) / (N - 1) / b):
    """E |ghat - gbar|^2 = (N - b)/(N - 1) sigma^2/b over all batches."""
    N = int(rng.integers(2, 8))
    b, g = int(rng.integers(1, N + 1)), rng.normal(size=(N, 3)) + 2
    means = np.array([g[list(B)].mean(axis=0) for B in combinations(range(N), b)])
    spread = squares(g - g.mean(axis=0)).mean()
    variance = squares(means - g.mean(axis=0)).mean()
    return np.r_[variance - factor(N, b) * spread, means.mean(axis=0) - g.mean(axis=0)]


batch_variance_by_enumeration.mutant(
    "N in the denominator", factor=lambda N, b: (N - b) / N / b
)
batch_variance_by_enumeration.mutant("with replacement", factor=lambda N, b: 1 / b)


@claim("thm-sgd-constant", kind="rate", instances=20)
def mean_square_falls_to_the_floor(rng, floor=2.0, rate=1.0):
    """E |w_k - w*|^2 <= (1 - tau lambda)^k |w_0 - w*|^2 + 2 tau sigma*^2/lambda."""
    s, w0, K = Samples(rng, N=6), rng.normal(size=3) * rng.choice([0, 0.3, 5]), 120
    if not w0.any():
        w0 = s.best.copy()
    tau = rng.uniform(0.3, 1) / (2 * s.smooth)
    measured = s.moments(np.full(K, tau), w0, K)
    k = np.arange(K)
    bound = (1 - rate * tau * s.strong) ** k * measured[0]
    return measured, bound + floor * tau * s.sigma2 / s.strong


mean_square_falls_to_the_floor.mutant("no floor", floor=0.0)
mean_square_falls_to_the_floor.mutant("a tenth of the floor", floor=0.02)


@claim("prop-sgd-floor", kind="identity", instances=30)
def stationary_variance(
    rng, formula=lambda t, lam, s: t * s**2 / (lam * (2 - t * lam))
):
    """The variance settles at tau s^2 / (lambda (2 - tau lambda))."""
    lam, s = rng.uniform(0.2, 3, 2)
    tau, variance = rng.uniform(0.1, 1.9) / lam, rng.uniform(0, 4)
    for _ in range(3000):
        variance = (1 - tau * lam) ** 2 * variance + tau**2 * s**2
    return variance / formula(tau, lam, s) - 1


stationary_variance.mutant(
    "small steps only", formula=lambda t, lam, s: t * s**2 / (2 * lam)
)


@claim("prop-sgd-floor", kind="statistical", instances=3)
def walkers_end_at_the_floor(rng, two=2.0):
    """The variance of 20,000 walkers after 100 steps."""
    tau, lam, s, n = 0.3, 1.0, 1.0, 20_000
    w = iterates(
        SGD(lr=tau), lambda w: lam * w + rng.normal(0, s, n), np.zeros(n), 100
    )[-1]
    exact = tau * s**2 / (lam * (two - tau * lam))
    return w.var(), exact, exact * np.sqrt(2 / n)


walkers_end_at_the_floor.mutant("one for two", two=1.0)


@claim("thm-sgd-decreasing", kind="rate", instances=20)
def decreasing_steps_have_no_floor(rng, eight=8.0, scale=1.0):
    """E |w_k - w*|^2 <= max(k0 |w_0 - w*|^2, 8 sigma*^2/lambda^2) / (k + k0)."""
    s, K = Samples(rng, N=6), 300
    w0 = s.best + rng.normal(size=3) * rng.choice([1e-6, 1e-3, 1.0])
    k0 = 4 * s.smooth / s.strong
    tau = schedules.inverse_time(2 / (s.strong * k0), k0)
    measured = s.moments([tau(k) for k in range(K)], w0, K)
    top = max(scale * k0 * measured[0], eight * s.sigma2 / s.strong**2)
    return measured, top / (np.arange(K) + k0)


decreasing_steps_have_no_floor.mutant("noise forgotten", eight=0.0)


@claim("thm-sgd-average", kind="rate", instances=15)
def average_of_subgradients(rng, factor=1.0):
    """f(wbar) - f* <= D G / sqrt(K) for f(w) = |w - c| on an interval."""
    D, G, K = rng.uniform(0.5, 3), rng.uniform(0.5, 2), np.array([1, 4, 16, 64])
    gaps = []
    for n in K:
        path = iterates(
            SGD(lr=D / (G * np.sqrt(n))), lambda w: G * np.sign(w), [D], int(n)
        )
        gaps.append(G * abs(path[:-1].mean()))
    return np.array(gaps), factor * D * G / np.sqrt(K)


average_of_subgradients.mutant("half of the bound", factor=0.45)


@average_of_subgradients.sharp
def one_step():
    return 2.0 * 3.0, 3.0 * 2.0 / 1


@claim("thm-sgd-nonconvex", kind="inequality", instances=30)
def mean_gradient_is_small(rng, first=2.0, second=1.0):
    """The mean of E |grad f|^2 on parabolas, exactly."""
    big, s, K = rng.uniform(0.5, 3), rng.uniform(0, 2), int(rng.integers(1, 60))
    tau, m2 = rng.uniform(0.1, 1) / big, rng.choice([0.0, 1.0, 100.0])
    start, total = big * m2 / 2, 0.0
    for _ in range(K):
        total += big**2 * m2
        m2 = (1 - tau * big) ** 2 * m2 + tau**2 * s**2
    return total / K, first * start / (tau * K) + second * tau * big * s**2


mean_gradient_is_small.mutant("noise for nothing", second=0.01)
mean_gradient_is_small.mutant("a quarter of the start", first=0.5)


@claim("lem-robbins-siegmund", kind="existence", instances=20)
def almost_supermartingale_settles(rng, power=2.0):
    """V_{k+1} = (1 + a) V + b - U: V settles and sum U is finite (deterministic)."""
    k = np.arange(1, 20_001)
    a, b = rng.uniform(0, 1) / k**power, rng.uniform(0, 1) / k**power
    V, values, spent = 1.0, [], 0.0
    for growth, gift in zip(a, b, strict=True):
        U = 0.1 * V * gift
        V = (1 + growth) * V + gift - U
        spent += U
        values.append(V)
    return bool(values[-1] - values[len(values) // 2] < 1e-3 and spent < 10)


almost_supermartingale_settles.mutant("a_k = b_k = 1/sqrt(k)", power=0.5)


@claim("thm-robbins-monro", kind="existence", instances=3)
def every_run_converges(rng, power=0.8):
    """100 runs with steps k^-0.8 and bounded-variance noise end near the zero."""
    runs = iterates(
        SGD(lr=lambda k: (k + 1.0) ** -power),
        lambda w: np.tanh(w - 1) + 0.5 * rng.normal(size=w.size),
        rng.normal(size=100) * 2,
        6000,
    )[-1]
    return bool(np.abs(runs - 1).max() < 0.15)


every_run_converges.mutant("summable steps", power=2.0)
every_run_converges.mutant("constant steps", power=0.0)


@claim("prop-sgd-interpolation", kind="rate", instances=20)
def agreeing_samples_have_no_floor(rng, noise=0.0):
    """Where sigma* = 0: E |w_k - w*|^2 <= (1 - tau lambda)^k |w_0 - w*|^2."""
    s, w0, K = Samples(rng, N=6, noise=noise), rng.normal(size=3), 150
    tau = rng.uniform(0.5, 1) / s.smooth
    measured = s.moments(np.full(K, tau), w0, K)
    return measured, (1 - tau * s.strong) ** np.arange(K) * measured[0] + 1e-12


agreeing_samples_have_no_floor.mutant("samples that disagree", noise=3.0)


@claim("prop-importance-sampling", kind="inequality", instances=60)
def no_law_beats_the_lengths(rng, power=1.0):
    """(mean |g_i|)^2 <= E |ghat|^2, with equality for p_i ~ |g_i|."""
    g = rng.normal(size=(6, 3)) * 10 ** rng.uniform(-1, 1, (6, 1))
    lengths = np.linalg.norm(g, axis=1)

    def second_moment(p):
        return np.sum(lengths**2 / p) / 36

    best = lengths**power / np.sum(lengths**power)
    p = rng.dirichlet(np.ones(6)) + 1e-9
    floor = lengths.mean() ** 2
    return np.r_[floor, second_moment(best)], np.r_[second_moment(p / p.sum()), floor]


no_law_beats_the_lengths.mutant("proportional to the squares", power=2.0)


@no_law_beats_the_lengths.sharp
def equal_lengths():
    return 4.0, np.sum(np.full(3, 4.0) / (1 / 3)) / 9


untested(
    "thm-reshuffling",
    reason="stated without proof: an expectation over all permutations of all epochs",
)
