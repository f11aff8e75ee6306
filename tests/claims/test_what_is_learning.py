"""What can be learnt: Bayes predictors, risks, optimism, no free lunch."""

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
    """R(f) = R(f*) + E (f - f*)^2."""
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
risk_splits_by_pythagoras.mutant("the mean without X", best=lambda p, y: (p @ y) * 1.0)


@claim("prop-bayes-classifier", kind="inequality", instances=50)
def no_rule_beats_the_most_probable_class(rng, choose=lambda p: p.argmax(axis=1)):
    """1 - E max_k P(Y = k | X) <= R(f) for all 3^4 rules, attained by the argmax."""
    p, _ = finite_law(rng, 4, 3)
    rules = np.array(list(product(range(3), repeat=4)))
    risks = 1 - p[np.arange(4), rules].sum(axis=1)
    star = 1 - p[np.arange(4), choose(p)].sum()
    floor = 1 - p.max(axis=1).sum()
    return np.r_[np.full(81, floor), star], np.r_[risks, floor]


no_rule_beats_the_most_probable_class.mutant(
    "the class that is most probable without X",
    choose=lambda p: np.full(4, p.sum(axis=0).argmax()),
)


@no_rule_beats_the_most_probable_class.sharp
def a_deterministic_class():
    return 0.0, 1 - np.diag([0.5, 0.5]).max(axis=1).sum()


def losses(rng, N):
    """Losses of a finite law: N of them, all 3^N samples with their weights."""
    values, p = rng.exponential(size=3), rng.dirichlet(np.ones(3))
    which = np.array(list(product(range(3), repeat=N)))
    return values, p, values[which], np.prod(p[which], axis=1)


@claim("prop-one-predictor", kind="identity", instances=40)
def mean_and_variance_of_the_empirical_risk(rng, over=lambda v, N: v / N):
    """E Rhat = R and Var Rhat = v/N over all samples."""
    N = int(rng.integers(1, 6))
    values, p, samples, weight = losses(rng, N)
    risk, v = p @ values, p @ values**2 - (p @ values) ** 2
    empirical = samples.mean(axis=1)
    variance = weight @ (empirical - risk) ** 2
    return np.r_[weight @ empirical - risk, variance - over(v, N)]


mean_and_variance_of_the_empirical_risk.mutant(
    "the root of N", over=lambda v, N: v / N**0.5 + (N == 1) * 1e-3
)


@claim("prop-one-predictor", kind="inequality", instances=40)
def chebyshev(rng, factor=1.0):
    """P(|Rhat - R| >= eps) <= v/(N eps^2)."""
    N = int(rng.integers(1, 6))
    values, p, samples, weight = losses(rng, N)
    risk, v = p @ values, p @ values**2 - (p @ values) ** 2
    off = np.abs(samples.mean(axis=1) - risk)
    eps = rng.choice(off[off > 1e-9])
    return weight[off >= eps - 1e-12].sum(), factor * v / (N * eps**2)


@chebyshev.sharp
def a_fair_coin():
    return 1.0, 0.25 / (1 * 0.5**2)


chebyshev.mutant("a third of the variance", factor=0.3)


@claim("prop-optimism", kind="inequality", instances=50)
def minimum_of_means_is_above_the_mean_of_minima(rng, chosen=np.argmin):
    """E Rhat(what) <= inf R <= E R(what), over all samples of a finite problem."""
    table, p, N = rng.exponential(size=(4, 3)), rng.dirichlet(np.ones(3)), 3
    which = np.array(list(product(range(3), repeat=N)))
    weight = np.prod(p[which], axis=1)
    empirical = table[:, which].mean(axis=2)  # (predictors, samples)
    what = np.array([chosen(column) for column in empirical.T])
    risk = table @ p
    trained = weight @ empirical[what, np.arange(len(what))]
    return np.r_[trained, risk.min()], np.r_[risk.min(), weight @ risk[what]]


@minimum_of_means_is_above_the_mean_of_minima.sharp
def one_predictor_only():
    return 1.0, 1.0 * np.min([1.0])


minimum_of_means_is_above_the_mean_of_minima.mutant(
    "the worst of the sample", chosen=np.argmax
)


@claim("prop-three-errors", kind="inequality", instances=100)
def three_errors_cover_the_excess(rng, two=2.0):
    """R(what) - R* <= modelling + 2 sup |R - Rhat| + optimising."""
    risk = rng.uniform(0.5, 1, 6)
    seen = risk + rng.uniform(-1, 1) * np.sign(rng.normal(size=6)) * 0.2
    what, bayes = int(rng.integers(6)), rng.uniform(0, 0.5)
    right = risk.min() - bayes + two * np.abs(risk - seen).max()
    return risk[what] - bayes, right + seen[what] - seen.min()


@three_errors_cover_the_excess.sharp
def sample_misleads_both_ways():
    risk, seen = np.array([0.2, 0.6]), np.array([0.4, 0.4])
    return risk[1], risk.min() + 2 * 0.2 + seen[1] - seen.min()


three_errors_cover_the_excess.mutant("the supremum once", two=1.0)


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
    """The mean risk of an algorithm that remembers is (1 - 1/m)^N / 2, exactly."""
    N = int(rng.integers(1, 4))
    return all_mean_risks(2 * N, N, remembering(rng)) - formula(2 * N, N)


unseen_points_are_coins.mutant("one half", formula=lambda m, N: 0.5)


@claim("thm-no-free-lunch", kind="inequality", instances=6)
def some_labelling_costs_a_quarter(rng, floor=0.25):
    """1/4 <= mean risk, whatever the algorithm."""
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


some_labelling_costs_a_quarter.mutant("one half", floor=0.5)
