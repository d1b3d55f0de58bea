"""successive_halving(score, settings, epochs): (the setting that is left, the epochs spent).

Each setting is scored after `epochs` epochs, the better half is kept, the epochs are doubled. The
epochs that `score` trains are counted: a second call for the same number is a second training.
"""

import math

from companion.exercises import Case, Mistake, Objection, variants
from companion.exercises._answers import same_part

SIGNATURE = "successive_halving(score, settings, epochs)"


@variants
def _variant(
    *, keep=lambda n: (n + 1) // 2, grow=lambda epochs: 2 * epochs, spend="all", until=1,
    rank=lambda value: math.inf if math.isnan(value) else -value, tie=lambda i, setting: i,
    last=False, given=lambda setting, settings, value: setting
):  # fmt: skip
    """Return a search with something wrong."""

    def halving(score, settings, epochs):
        alive, spent, value = list(settings), 0, None
        while len(alive) > until or (last and value is None):
            found = [score(setting, epochs) for setting in alive]
            spent += {"all": epochs * len(alive), "rounds": epochs, "calls": len(alive)}[spend]
            order = sorted(range(len(alive)), key=lambda i: (rank(found[i]), tie(i, alive[i])))
            value = found[order[0]]
            alive = [alive[i] for i in order[: keep(len(alive))]]
            epochs = grow(epochs)
        return given(alive[0], settings, value), spent

    return halving


reference = _variant()
reference.__doc__ = "Return the setting that is left, and how many epochs were trained in all."


def use(function, score, settings, epochs):
    """Return what comes back, or that more was trained than what comes back, if that is right."""
    right, trained = reference(score, settings, epochs), []

    def counted(setting, epochs):
        trained.append(epochs)
        return score(setting, epochs)

    result = function(counted, settings, epochs)
    if not isinstance(result, tuple | list) or len(result) != 2 or sum(trained) == right[1]:
        return result
    if not all(map(same_part, result, right)):
        return result
    return Objection(
        f"you return {right[1]} epochs, but score trains {sum(trained)}: call it once for each "
        "setting in a round."
    )


def _rates(rate, epochs):
    """Score a rate: a low one needs many epochs, a high one diverges."""
    return math.nan if rate > 2 else 1 - math.exp(-rate * epochs) - 0.1 * rate


def _minus_a_loss(rate, epochs):
    """All scores lie below -1000."""
    return math.nan if rate > 2 else -1000 * (1 + rate) - 1000 / epochs


def _crossing(setting, epochs):
    """Settings below 0 start well, those above 0 end well."""
    return setting * (epochs - 5)


def _flat(setting, epochs):
    return 0.5


CASES = [
    Case((_rates, [0.01, 0.03, 0.1, 0.3], 1), about="Four settings, 4 · 1 + 2 · 2 epochs."),
    Case(
        (_rates, [0.01, 0.4, 3.0, 0.05, 0.1, 0.2, 2.5], 2),
        about="Seven settings: 4 are kept, then 2. NaN, of a training that diverged, is last.",
    ),
    Case((_crossing, [0.5, -1.5, 2.5, -0.5, 1.5], 3), about="The order changes with the epochs."),
    Case(
        (_rates, [3.0, 0.4, 0.1, 0.2], 2),
        about="NaN comes first, and is the last all the same.",
    ),
    Case(
        (_minus_a_loss, [3.0, 2.5, 0.6, 0.9], 2),
        about="All scores are below -1000, and NaN ranks below them.",
    ),
    Case(
        (_flat, [0.5, 0.9, 0.1, 0.7, 0.3], 4),
        about="Equal scores: the one that stands first is kept.",
    ),
    Case(
        (_flat, [{"lr": 0.1}, {"lr": 0.2}], 1),
        about="Equal scores, and settings that have no order: sort by the score alone.",
    ),
    Case((_rates, [0.3], 5), about="A single setting is left already, and costs nothing."),
    Case((_crossing, [-0.5, 2.5, 1.5], 8), about="Three settings: two are kept."),
]


def _once(score, settings, epochs):
    found = [score(setting, epochs) for setting in settings]
    order = sorted(
        range(len(settings)), key=lambda i: math.inf if math.isnan(found[i]) else -found[i]
    )
    return settings[order[0]], epochs * len(settings)


MISTAKES = [
    Mistake(
        _variant(rank=lambda value: math.inf if math.isnan(value) else value),
        "the lower scores are kept: more is better.",
    ),
    Mistake(
        _variant(grow=lambda epochs: epochs),
        "the epochs stay the same: double them from round to round.",
    ),
    Mistake(
        _variant(grow=lambda epochs: epochs + 1),
        "the epochs grow by one: double them from round to round.",
    ),
    Mistake(
        _variant(keep=lambda n: max(1, n // 2)),
        "of an odd number the smaller half is kept: round half of them up.",
    ),
    Mistake(
        _variant(spend="rounds"),
        "the epochs of one setting are counted in each round: each setting that is tried costs "
        "as many.",
    ),
    Mistake(_variant(spend="calls"), "you count the trainings: count their epochs."),
    Mistake(
        _variant(last=True),
        "a single setting is scored once more: if only one is left, nothing is to be decided.",
    ),
    Mistake(
        _variant(given=lambda setting, settings, value: settings.index(setting)),
        "this is the place in the list: return the setting that stands there.",
    ),
    Mistake(
        _variant(given=lambda setting, settings, value: value),
        "this is the last score: return the setting that has it.",
    ),
    Mistake(
        _variant(rank=lambda value: -math.inf if math.isnan(value) else -value),
        "NaN ranks first: a training that diverged has to be the last in any order.",
    ),
    Mistake(
        _variant(rank=lambda value: -value),
        "NaN compares as False with every number, so the order is arbitrary: give it a rank of its "
        "own.",
    ),
    Mistake(
        _variant(rank=lambda value: 0 if math.isnan(value) else -value),
        "NaN ranks as a number that is above other scores: it has to be the last, also where all "
        "scores are below 0.",
    ),
    Mistake(
        _variant(tie=lambda i, setting: -setting),
        "of equal scores the larger setting is kept: sort by the score alone, so that the one that "
        "stands first stays first.",
    ),
    Mistake(
        _variant(tie=lambda i, setting: setting),
        "of equal scores the smaller setting is kept: sort by the score alone, so that the one "
        "that stands first stays first.",
    ),
    Mistake(
        _variant(tie=lambda i, setting: -i),
        "of equal scores the last is kept: those that stand first are.",
    ),
    Mistake(_once, "this is one round alone: go on with the better half, and twice the epochs."),
]
