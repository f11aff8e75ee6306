"""Claims of the chapter on learning (``ch-what-is-learning``), on finite problems."""

from itertools import product

import numpy as np

from claims import claim


def finite_law(rng, inputs=4, outputs=5):
    """A law of (X, Y) on a table, and the values of Y."""
    p = rng.dirichlet(np.ones(inputs * outputs)).reshape(inputs, outputs)
    return p, rng.normal(size=outputs)


def conditional_mean(p, y):
    return p @ y / p.sum(axis=1)


@claim("prop-regression-function", kind="identity", instances=50)
def risk_splits_by_pythagoras(rng, best=conditional_mean):
    r"""$R(f) = R(f^*) + \E(f(X) - f^*(X))^2$ with $f^*(x) = \E[Y \mid X = x]$."""
    p, y = finite_law(rng)
    f, star = rng.normal(size=len(p)), best(p, y)

    def risk(f):
        return np.sum(p * (y - f[:, None]) ** 2)

    return risk(f) - risk(star) - p.sum(axis=1) @ (f - star) ** 2


def conditional_median(p, y):
    order = np.argsort(y)
    below = np.cumsum(p[:, order], axis=1) / p.sum(axis=1, keepdims=True)
    return y[order][(below < 0.5).sum(axis=1)]


risk_splits_by_pythagoras.mutant("the median", best=conditional_median)
risk_splits_by_pythagoras.mutant(
    r"$\E[Y\,\ind{X = x}]$, not divided by $\P(X = x)$", best=lambda p, y: p @ y
)


@claim("prop-bayes-classifier", kind="inequality", instances=50)
def no_rule_beats_the_most_probable_class(rng, choose=lambda p: p.argmax(axis=1)):
    r"""The risk of the most probable class is at most that of each of the 81 rules."""
    p, _ = finite_law(rng, 4, 3)
    rules = np.array(list(product(range(3), repeat=4)))
    risks = 1 - p[np.arange(4), rules].sum(axis=1)
    return np.full(81, 1 - p[np.arange(4), choose(p)].sum()), risks


no_rule_beats_the_most_probable_class.mutant(
    "the class that is most probable without X",
    choose=lambda p: np.full(4, p.sum(axis=0).argmax()),
)


no_rule_beats_the_most_probable_class.mutant(
    r"the class $k$ with the largest $\P(X = x \mid Y = k)$",
    choose=lambda p: (p / p.sum(axis=0)).argmax(axis=1),
)


@no_rule_beats_the_most_probable_class.sharp
def the_rule_itself():
    p = np.array([[0.3, 0.1], [0.2, 0.4]])
    risks = [1 - p[[0, 1], rule].sum() for rule in product(range(2), repeat=2)]
    return 1 - p.max(axis=1).sum(), min(risks)


@claim("prop-bayes-classifier", kind="equivalence", instances=50)
def a_bayes_predictor_chooses_a_most_probable_class(rng, best=lambda p: p.max(axis=1)):
    r"""$R(f) = R^*$ iff $f(x)$ maximises $\P(Y = k \mid X = x)$ for each $x$."""
    p = rng.multinomial(20, np.full(6, 1 / 6)).reshape(2, 3) / 20  # ties are frequent
    p = (p + 1e-3) / (p + 1e-3).sum()
    f = rng.integers(3, size=2)
    risks = [1 - p[[0, 1], rule].sum() for rule in product(range(3), repeat=2)]
    least = 1 - p[[0, 1], f].sum() - min(risks) < 1e-9
    return bool(least), bool(np.all(p[[0, 1], f] > best(p) - 1e-9))


a_bayes_predictor_chooses_a_most_probable_class.mutant(
    "a class more probable than its mean", best=lambda p: p.mean(axis=1)
)


def losses(rng, N):
    """Losses of a finite law: N of them, all 3^N samples with their weights."""
    values, p = rng.exponential(size=3), rng.dirichlet(np.ones(3))
    which = np.array(list(product(range(3), repeat=N)))
    return values, p, values[which], np.prod(p[which], axis=1)


@claim("prop-one-predictor", kind="identity", instances=40)
def mean_and_variance_of_the_empirical_risk(rng, over=lambda v, N: v / N):
    r"""$\E\widehat R(f) = R(f)$ and $\Var[\widehat R(f)] = v/N$, over all samples."""
    N = int(rng.integers(2, 6))
    values, p, samples, weight = losses(rng, N)
    risk, v = p @ values, p @ values**2 - (p @ values) ** 2
    empirical = samples.mean(axis=1)
    variance = weight @ (empirical - risk) ** 2
    return np.r_[weight @ empirical - risk, variance - over(v, N)]


mean_and_variance_of_the_empirical_risk.mutant(
    r"$v/\sqrt N$", over=lambda v, N: v / N**0.5
)
mean_and_variance_of_the_empirical_risk.mutant(
    "$v/(N - 1)$", over=lambda v, N: v / (N - 1)
)


@claim("prop-one-predictor", kind="inequality", instances=40)
def chebyshev(rng, bound=lambda v, N, eps: v / (N * eps**2)):
    r"""$\P(\abs{\widehat R(f) - R(f)} \ge \eps) \le v/(N\eps^2)$."""
    N = int(rng.integers(1, 6))
    values, p, samples, weight = losses(rng, N)
    risk, v = p @ values, p @ values**2 - (p @ values) ** 2
    off = np.abs(samples.mean(axis=1) - risk)
    eps = rng.choice(off[off > 1e-9])
    return weight[off >= eps - 1e-12].sum(), bound(v, N, eps)


@chebyshev.sharp
def a_fair_coin():
    return 1.0, 0.25 / (1 * 0.5**2)


chebyshev.mutant("$N^2$ for $N$", bound=lambda v, N, eps: v / (N * eps) ** 2)
chebyshev.mutant(
    "one tail: half of the bound", bound=lambda v, N, eps: v / (2 * N * eps**2)
)


def optimism(table, p, N=3):
    """E Rhat(what), inf R and E R(what) for losses (rules, outcomes), exactly."""
    which = np.array(list(product(range(len(p)), repeat=N)))
    weight = np.prod(p[which], axis=1)
    empirical = table[:, which].mean(axis=2)  # (rules, samples)
    what = empirical.argmin(axis=0)
    risk = table @ p
    return weight @ empirical.min(axis=0), risk.min(), weight @ risk[what]


@claim("prop-optimism", kind="inequality", instances=50)
def minimum_of_means_is_above_the_mean_of_minima(rng, order=lambda a, b, c: (a, b, c)):
    r"""$\E\widehat R(\hat w) \le \inf R \le \E R(\hat w)$, over all samples."""
    table, p = rng.exponential(size=(4, 3)), rng.dirichlet(np.ones(3))
    trained, least, true = order(*optimism(table, p))
    return np.r_[trained, least], np.r_[least, true]


@minimum_of_means_is_above_the_mean_of_minima.sharp
def one_rule_is_always_best():
    trained, least, _ = optimism(np.array([[1.0, 2.0], [3.0, 4.0]]), np.full(2, 0.5))
    return trained, least


minimum_of_means_is_above_the_mean_of_minima.mutant(
    "training and true risk exchanged", order=lambda a, b, c: (c, b, a)
)
minimum_of_means_is_above_the_mean_of_minima.mutant(
    "the training error as the floor", order=lambda a, b, c: (b, a, c)
)


@claim("prop-three-errors", kind="inequality", instances=100)
def three_errors_cover_the_excess(rng, two=2.0, optimising=1.0):
    r"""$R(\hat w) - R^* \le$ modelling + $2\sup\abs{R - \widehat R}$ + optimising."""
    risk = rng.uniform(0.5, 1, 6)
    seen = risk + rng.uniform(-1, 1) * np.sign(rng.normal(size=6)) * 0.2
    what, bayes = int(rng.integers(6)), rng.uniform(0, 0.5)
    right = risk.min() - bayes + two * np.abs(risk - seen).max()
    return risk[what] - bayes, right + optimising * (seen[what] - seen.min())


@three_errors_cover_the_excess.sharp
def sample_misleads_both_ways():
    risk, seen = np.array([0.2, 0.6]), np.array([0.4, 0.4])
    return risk[1], risk.min() + 2 * 0.2 + seen[1] - seen.min()


three_errors_cover_the_excess.mutant("the supremum once", two=1.0)
three_errors_cover_the_excess.mutant("no optimising error", optimising=0.0)


def all_mean_risks(points, N, algorithm):
    """The mean risk over all labellings, samples and test points."""
    samples = np.array(list(product(range(points), repeat=N)))
    labels = np.array(list(product((0, 1), repeat=points)))
    wrong = [(algorithm(s, f[s], points) != f).mean() for s in samples for f in labels]
    return float(np.mean(wrong))


def remembering(rng):
    """An algorithm that knows what it saw and answers anything elsewhere."""
    habits = rng.integers(2, size=(64, 16))

    def algorithm(inputs, answers, points):
        guess = habits[hash((*inputs, *answers)) % 64, :points].copy()
        guess[inputs] = answers
        return guess

    return algorithm


@claim("thm-no-free-lunch", kind="identity", instances=6)
def unseen_points_are_coins(rng, formula=lambda m, N: 0.5 * (1 - 1 / m) ** N):
    r"""The mean risk of an algorithm that remembers is $\frac12(1 - \frac1m)^N$."""
    N = int(rng.integers(1, 4))
    return all_mean_risks(2 * N, N, remembering(rng)) - formula(2 * N, N)


unseen_points_are_coins.mutant("$1/2$", formula=lambda m, N: 0.5)
unseen_points_are_coins.mutant(
    "the sample covers $N$ points: no repetitions",
    formula=lambda m, N: 0.5 * (1 - N / m),
)


@claim("thm-no-free-lunch", kind="inequality", instances=6)
def some_labelling_costs_a_quarter(rng, floor=0.25):
    r"""$\frac14 \le$ the mean over all labellings of $\E R(A(S))$, for each $A$."""
    N = int(rng.integers(1, 4))
    constant = int(rng.integers(2))
    rules = (
        remembering(rng),
        lambda s, a, m: np.full(m, constant),
        lambda s, a, m: np.full(m, a[0]),
    )
    risks = np.array([all_mean_risks(2 * N, N, rule) for rule in rules])
    return np.full(3, floor), risks


@some_labelling_costs_a_quarter.sharp
def one_sample_of_two_points():
    return 0.25, all_mean_risks(2, 1, remembering(np.random.default_rng(0)))


some_labelling_costs_a_quarter.mutant("$1/2$", floor=0.5)
