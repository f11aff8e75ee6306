r"""Claims of the chapter on stochastic gradient descent.

Expectations are exact wherever they can be: mean and second moment of the
iterates on least squares obey a linear recursion, batches and signs are listed.
"""

from itertools import combinations, permutations, product

import numpy as np

from claims import claim
from claims.functions import squares
from mmdl.optim import SGD, iterates, schedules


class Samples:
    """Least squares, sample by sample, and everything the theorems speak of.

    ``any``: normal rows. ``coupons``: each sample sees one coordinate, and all
    agree. ``mean``: one weight, every sample has the same curvature.
    """

    def __init__(self, rng, kind="any", noise=1.0):
        N, d = {"any": (6, 3), "coupons": (4, 4), "mean": (6, 1)}[kind]
        scale = rng.uniform(0.5, 2)
        self.X = scale * rng.normal(size=(N, d))
        if kind != "any":
            self.X = scale * (np.eye(N) if kind == "coupons" else np.ones((N, 1)))
        self.y = self.X @ rng.normal(size=d) + noise * rng.normal(size=N)
        self.best = np.linalg.lstsq(self.X, self.y, rcond=None)[0]
        self.smooth = squares(self.X).max()
        curvatures = np.linalg.eigvalsh(self.X.T @ self.X / N)
        self.strong, self.mean_smooth = curvatures[[0, -1]]
        self.rest = self.X * (self.X @ self.best - self.y)[:, None]
        self.sigma2 = squares(self.rest).mean()

    def moments(self, tau, w0):
        """E |w_k - w*|^2 exactly, by propagating mean and second moment."""
        A = np.einsum("ni,nj->nij", self.X, self.X)
        m, r, N = w0 - self.best, self.rest, len(self.X)
        S, out = np.outer(m, m), [m @ m]
        for t in tau:
            B = np.eye(m.size) - t * A
            cross = np.einsum("nij,j,nk->ik", B, m, r) / N * t
            S = np.einsum("nij,jk,nlk->il", B, S, B) / N - cross - cross.T
            S = S + t * t * r.T @ r / N
            m = np.mean(B @ m, axis=0)  # the mean of r vanishes at the optimum
            out.append(np.trace(S))
        return np.array(out)


# --- batches ----------------------------------------------------------------


@claim("prop-minibatch-variance", kind="identity", instances=30)
def batches_by_enumeration(rng, factor=lambda N, b: (N - b) / (N - 1) / b):
    r"""$\E\abs{\hat g - \bar g}^2 = \frac{N-b}{N-1} \frac{\sigma^2}b$ over all sets."""
    N = int(rng.integers(2, 8))
    b, g = int(rng.integers(1, N + 1)), rng.normal(size=(N, 3)) + 2
    means = np.array([g[list(B)].mean(axis=0) for B in combinations(range(N), b)])
    spread = squares(g - g.mean(axis=0)).mean()
    variance = squares(means - g.mean(axis=0)).mean()
    return np.r_[variance - factor(N, b) * spread, means.mean(axis=0) - g.mean(axis=0)]


batches_by_enumeration.mutant("$N$ for $N - 1$", factor=lambda N, b: (N - b) / N / b)
batches_by_enumeration.mutant("with replacement", factor=lambda N, b: 1 / b)


@claim("prop-minibatch-variance", kind="identity", instances=30)
def independent_draws_by_enumeration(rng, factor=lambda N, b: 1 / b):
    r"""With replacement $\E\abs{\hat g - \bar g}^2 = \sigma^2/b$, over all lists."""
    N, b = int(rng.integers(2, 5)), int(rng.integers(1, 5))
    g = rng.normal(size=(N, 3)) + 2
    means = np.array([g[list(B)].mean(axis=0) for B in product(range(N), repeat=b)])
    spread = squares(g - g.mean(axis=0)).mean()
    return squares(means - g.mean(axis=0)).mean(), factor(N, b) * spread


independent_draws_by_enumeration.mutant(
    "without replacement", factor=lambda N, b: max(N - b, 0) / (N - 1) / b
)
independent_draws_by_enumeration.mutant(
    "$b - 1$ degrees of freedom", factor=lambda N, b: 1 / max(b - 1, 1)
)


# --- constant and decreasing steps ------------------------------------------


@claim("thm-sgd-constant", kind="rate", instances=60)
def the_mean_square_falls_to_the_floor(
    rng, floor=2.0, rate=1.0, limit=0.5, smooth=lambda s: s.smooth
):
    r"""Constant steps, all samples drawn with the same probability.

    $\E\abs{w_k-w^*}^2 \le (1-\tau\lambda)^k \abs{w_0-w^*}^2 + 2\tau\sigma_*^2/\lambda$.
    """
    s = Samples(rng, rng.choice(["any", "coupons", "mean"]))
    w0 = s.best + rng.choice([0, 0.3, 5]) * rng.normal(size=s.best.size)
    tau = rng.choice([0.3, 1.0]) * limit / smooth(s)
    measured = s.moments(np.full(120, tau), w0)
    decay = np.maximum(1 - rate * tau * s.strong, 0) ** np.arange(121)
    return measured, decay * measured[0] + floor * tau * s.sigma2 / s.strong


the_mean_square_falls_to_the_floor.mutant("no floor", floor=0.0)
the_mean_square_falls_to_the_floor.mutant(
    r"the floor of small steps, $\tau\sigma_*^2/(2\lambda)$", floor=0.5
)
the_mean_square_falls_to_the_floor.mutant(r"$1 - 2\tau\lambda$", rate=2.0)
the_mean_square_falls_to_the_floor.mutant(
    r"the steps of gradient descent, up to $2/\Lambda$", limit=2.0
)
the_mean_square_falls_to_the_floor.mutant(
    r"$\Lambda$ of the mean $L$ alone", smooth=lambda s: s.mean_smooth
)


@claim("prop-sgd-floor", kind="identity", instances=30)
def the_stationary_variance(
    rng, formula=lambda t, lam, s: t * s**2 / (lam * (2 - t * lam))
):
    r"""$\Var[w_k] \to \tau s^2 / (\lambda(2 - \tau\lambda))$."""
    lam, s = rng.uniform(0.2, 3, 2)
    tau, variance = rng.uniform(0.1, 1.9) / lam, rng.uniform(0, 4)
    for _ in range(3000):
        variance = (1 - tau * lam) ** 2 * variance + tau**2 * s**2
    return variance / formula(tau, lam, s) - 1


the_stationary_variance.mutant(
    "small steps only", formula=lambda t, lam, s: t * s**2 / (2 * lam)
)
the_stationary_variance.mutant(
    r"$s$ for $s^2$", formula=lambda t, lam, s: t * s / (lam * (2 - t * lam))
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


walkers_end_at_the_floor.mutant(r"$2$ for $2 - \tau\lambda$", two=2.3)


@claim("thm-sgd-decreasing", kind="rate", instances=60)
def decreasing_steps_have_no_floor(
    rng, eight=8.0, start=lambda k0: k0, schedule=schedules.inverse_time
):
    r"""Decreasing steps, exact moments.

    $\E\abs{w_k-w^*}^2 \le \max\set{k_0\abs{w_0-w^*}^2, 8\sigma_*^2/\lambda^2}/(k+k_0)$.
    """
    s, K = Samples(rng, rng.choice(["any", "coupons", "mean"])), 200
    w0 = s.best + rng.choice([0, 1e-3, 1.0]) * rng.normal(size=s.best.size)
    k0 = 4 * s.smooth / s.strong
    tau = schedule(2 / (s.strong * k0), k0)
    measured = s.moments([tau(k) for k in range(K)], w0)
    top = max(start(k0) * measured[0], eight * s.sigma2 / s.strong**2)
    return measured, top / (np.arange(K + 1) + k0)


decreasing_steps_have_no_floor.mutant(
    r"$\sigma_*^2/\lambda^2$, the best estimator's", eight=1.0
)
decreasing_steps_have_no_floor.mutant("$k_0$ lost", start=lambda k0: 1.0)
decreasing_steps_have_no_floor.mutant(
    "the first step for ever", schedule=lambda tau, k0: schedules.constant(tau)
)


# --- weaker hypotheses ------------------------------------------------------


def root_step(D, G, K):
    return D / (G * np.sqrt(K))


def worst_walk(D, G, tau, K):
    """K subgradient steps on G|w| from D, with the subgradient -G at 0."""
    slope = np.vectorize(lambda w: G if w > 1e-9 * D else -G)
    return iterates(SGD(lr=tau), slope, [D], K)[:-1, 0]


@claim("thm-sgd-average", kind="rate", instances=15)
def the_average_on_the_worst_function(rng, step=root_step, bound=root_step):
    r"""$f(\bar w) - f^* \le DG/\sqrt K$ on $G\abs w$, with equality for squares."""
    D, G, K = rng.uniform(0.5, 3), rng.uniform(0.5, 2), np.array([1, 4, 16, 25, 64])
    gaps = [G * abs(worst_walk(D, G, step(D, G, n), n).mean()) for n in K]
    return np.array(gaps), bound(D, G, K) * G**2


the_average_on_the_worst_function.mutant(
    "half of the bound", bound=lambda D, G, K: root_step(D, G, K) / 2
)
the_average_on_the_worst_function.mutant(
    "$K$ for its root", bound=lambda D, G, K: root_step(D, G, K**2)
)
the_average_on_the_worst_function.mutant(
    "steps $D/(GK)$", step=lambda D, G, K: root_step(D, G, K**2)
)


@the_average_on_the_worst_function.sharp
def a_hundred_steps():
    return 2.0 * abs(worst_walk(3.0, 2.0, 0.15, 100).mean()), 3.0 * 2.0 / 10


@claim("thm-sgd-average", kind="inequality", instances=20)
def the_average_of_noisy_subgradients(rng, step=root_step, clip=1.0):
    """The same in expectation, over all patterns of wrong signs, on an interval."""
    D, G, K = rng.uniform(0.5, 3), rng.uniform(0.5, 2), int(rng.integers(1, 10))
    flips = np.array(list(product([1, -1], repeat=K)))  # (2^K, K)
    p = rng.uniform(0, 0.4)
    weight = np.prod(np.where(flips > 0, 1 - p, p), axis=1)
    w, path = np.full(len(flips), D), []
    for k in range(K):
        path.append(w)
        g = G * flips[:, k] * np.where(w > 0, 1.0, -1.0)
        w = np.clip(w - step(D, G, K) * g, -clip * D, clip * D)
    mean = np.mean(path, axis=0)
    return weight @ (G * (1 - 2 * p) * abs(mean)), D * G / np.sqrt(K)


the_average_of_noisy_subgradients.mutant(
    "steps $D/(GK)$", step=lambda D, G, K: root_step(D, G, K**2)
)


@claim("thm-sgd-nonconvex", kind="inequality", instances=60)
def the_mean_gradient_is_small(rng, first=2.0, second=1.0, limit=1.0):
    r"""On parabolas, exactly.

    $\frac1K\sum\E\abs{\grad f(w_k)}^2 \le 2(f(w_0)-f^*)/\tau K + \tau\Lambda\sigma^2$.
    """
    big, s, K = rng.uniform(0.5, 3), rng.uniform(0, 2), int(rng.integers(1, 60))
    tau, m2 = rng.choice([0.1, 1.0]) * limit / big, rng.choice([0.0, 1.0, 100.0])
    start, total = big * m2 / 2, 0.0
    for _ in range(K):  # m2 is E |w_k|^2 on a parabola
        total += big**2 * m2
        m2 = (1 - tau * big) ** 2 * m2 + tau**2 * s**2
    return total / K, first * start / (tau * K) + second * tau * big * s**2


@the_mean_gradient_is_small.sharp
def one_step_of_noise():
    big, w2, s, K = 2.0, 3.0, 1.5, 200
    exact = (big**2 * w2 + (K - 1) * s**2) / K
    return exact, 2 * (big * w2 / 2) * big / K + s**2


the_mean_gradient_is_small.mutant("half of the noise", second=0.5)
the_mean_gradient_is_small.mutant("the two lost", first=1.0)
the_mean_gradient_is_small.mutant(r"steps up to $2/\Lambda$", limit=1.95)


@claim("lem-robbins-siegmund", kind="existence", instances=10)
def almost_supermartingales_settle(rng, power=2.0):
    r"""Random signs; $a_k = b_k = c k^{-2}$.

    $V_k$ settles and $\sum_k U_k$ is finite.
    """
    k = np.arange(1, 20_001.0)
    small, signs = rng.uniform(0.2, 1) / k**power, rng.choice([-1, 1], k.size)
    taken = rng.choice([0.0, 1.0]) / k  # U_k = taken * V_k, not summable
    V, values, spent = 1.0, [], 0.0
    for a, u, noise in zip(small, taken, signs * k**-1.5 / 2, strict=True):
        spent += u * V
        V = ((1 + a) * V + a - u * V) * (1 + noise)
        values.append(V)
    settled = abs(values[-1] - values[len(values) // 2]) < 1e-2
    return bool(settled and min(values) >= 0 and spent < 20)


almost_supermartingales_settle.mutant(
    "$a_k = b_k = c/k$: null sequences, not summable", power=1.0
)


@claim("thm-robbins-monro", kind="existence", instances=3)
def every_run_converges(rng, power=0.8):
    r"""A hundred runs with steps $k^{-0.8}$ and bounded variance end near the zero."""
    runs = iterates(
        SGD(lr=lambda k: (k + 1.0) ** -power),
        lambda w: np.tanh(w - 1) + 0.5 * rng.normal(size=w.size),
        rng.normal(size=100) * 2,
        6000,
    )[-1]
    return bool(np.abs(runs - 1).max() < 0.15)


every_run_converges.mutant(r"$\sum_k \tau_k < \infty$: steps $k^{-3/2}$", power=1.5)
every_run_converges.mutant(r"$\sum_k \tau_k^2 = \infty$: constant steps", power=0.0)


# --- lower floors -----------------------------------------------------------


@claim("prop-sgd-interpolation", kind="rate", instances=40)
def agreeing_samples_have_no_floor(
    rng, noise=0.0, rate=1.0, limit=1.0, smooth=lambda s: s.smooth
):
    r"""Samples that agree, $\sigma_* = 0$.

    $\E\abs{w_k - w^*}^2 \le (1 - \tau\lambda)^k\abs{w_0 - w^*}^2$.
    """
    s = Samples(rng, rng.choice(["any", "coupons"]), noise=noise)
    tau = rng.choice([0.5, 1.0]) * limit / smooth(s)
    measured = s.moments(np.full(100, tau), s.best + rng.normal(size=s.best.size))
    decay = np.maximum(1 - rate * tau * s.strong, 0) ** np.arange(101)
    return measured, decay * measured[0] + 1e-13


@agreeing_samples_have_no_floor.sharp
def the_collector_of_coupons():
    s = Samples(np.random.default_rng(0), "coupons", noise=0.0)
    return s.moments(np.full(10, 1 / s.smooth), s.best + 1.0)[-1], 4 * 0.75**10


agreeing_samples_have_no_floor.mutant("samples that disagree", noise=0.1)
agreeing_samples_have_no_floor.mutant(r"$1 - 2\tau\lambda$", rate=2.0)
agreeing_samples_have_no_floor.mutant(r"steps up to $2/\Lambda$", limit=2.0)
agreeing_samples_have_no_floor.mutant(
    r"$\Lambda$ of the mean $L$ alone", smooth=lambda s: s.mean_smooth
)


@claim("prop-importance-sampling", kind="inequality", instances=60)
def no_law_beats_the_lengths(rng, power=1.0):
    r"""Equality where the probabilities are proportional to the lengths.

    $(\frac1N\sum\abs{g_i})^2 \le \E\abs{\hat g}^2$.
    """
    g = rng.normal(size=(6, 3)) * 10 ** rng.uniform(-1, 1, (6, 1))
    lengths = np.linalg.norm(g, axis=1)

    def second_moment(p):
        return np.sum(lengths**2 / p) / 36

    best, floor = lengths**power / np.sum(lengths**power), lengths.mean() ** 2
    p = rng.dirichlet(np.ones(6)) + 1e-9
    small = [floor, second_moment(best), floor]
    return small, [second_moment(p / p.sum()), floor, np.mean(lengths**2)]


no_law_beats_the_lengths.mutant(r"$p_i \propto \abs{g_i}^2$", power=2.0)
no_law_beats_the_lengths.mutant("uniform probabilities", power=0.0)


@no_law_beats_the_lengths.sharp
def equal_lengths():
    return 4.0, np.sum(np.full(3, 4.0) / (1 / 3)) / 9


@claim("prop-importance-sampling", kind="identity", instances=60)
def the_weights_make_it_unbiased(rng, weight=lambda N, p: 1 / (N * p)):
    r"""$\E\hat g = \bar g$, also when vanishing gradients are never drawn."""
    g, p = rng.normal(size=(5, 3)), rng.dirichlet(np.ones(5))
    if rng.random() < 0.5:
        g[0], p[0] = 0.0, 0.0
        p = p / p.sum()
    drawn = p > 0
    return (p[drawn] * weight(5, p[drawn])) @ g[drawn], g.mean(axis=0)


the_weights_make_it_unbiased.mutant("no weights", weight=lambda N, p: 1.0)
the_weights_make_it_unbiased.mutant("$N$ lost", weight=lambda N, p: 1 / p)


def epochs(a, c, tau, w0, T):
    """E |w_{NT}|^2 for L_i(w) = a_i (w - c_i)^2 / 2, over all permutations."""
    maps = []
    for order in permutations(range(len(a))):
        P, q = 1.0, 0.0
        for i in order:
            P, q = (1 - tau * a[i]) * P, (1 - tau * a[i]) * q + tau * a[i] * c[i]
        maps.append((P, q))
    P, q = np.array(maps).T
    m, S, out = w0, w0**2, [w0**2]
    for _ in range(T):
        S = np.mean(P**2) * S + 2 * np.mean(P * q) * m + np.mean(q**2)
        m = np.mean(P) * m + np.mean(q)
        out.append(S)
    return np.array(out)


@claim("thm-reshuffling", kind="rate", instances=60)
def reshuffled_epochs(rng, count=lambda N: N, half=0.5, limit=1.0):
    r"""Parabolas, one weight, all permutations.

    $\E\abs{w_k}^2 \le (1-\tau\lambda)^k w_0^2 + \tau^2\Lambda N\sigma_*^2/(2\lambda)$.
    """
    N, big = int(rng.integers(2, 6)), rng.uniform(0.5, 3)
    a = big * np.r_[1.0, rng.choice([rng.uniform(0.05, 1), 1.0], N - 1)]
    c = rng.normal(size=N)
    c = c - a @ c / a.sum()  # the minimiser of the mean is 0
    tau = rng.choice([0.1, 0.5, 1.0]) * limit / big
    measured = epochs(a, c, tau, rng.choice([0.0, 2.0]), 20)
    floor = half * tau**2 * big * count(N) * np.mean((a * c) ** 2) / a.min()
    return measured, abs(1 - tau * a.min()) ** (N * np.arange(21)) * measured[0] + floor


@reshuffled_epochs.sharp
def two_samples_of_one_curvature():
    c = np.array([1.0, -1.0])
    return epochs(np.ones(2), c, 1.0, 0.0, 3)[-1], 2 * 1.0 / 2


reshuffled_epochs.mutant("$N$ lost", count=lambda N: 1)
reshuffled_epochs.mutant("the half halved", half=0.25)
reshuffled_epochs.mutant(r"steps up to $2/\Lambda$", limit=1.95)
