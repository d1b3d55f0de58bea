"""successive_halving(score, settings, epochs): (the setting that is left, the epochs spent).

Each setting is scored after `epochs` epochs, the better half is kept, the epochs are doubled.
"""

import math

from companion.exercises import Case, Mistake, variants

SIGNATURE = "successive_halving(score, settings, epochs)"


@variants
def _variant(
    *, keep=lambda n: (n + 1) // 2, grow=lambda epochs: 2 * epochs, better=-1, spend="all",
    until=1, last=False, given=lambda setting, settings, value: setting
):  # fmt: skip
    """Return a search with something wrong."""

    def halving(score, settings, epochs):
        alive, spent, value = list(settings), 0, None
        while len(alive) > until or (last and value is None):
            found = [score(setting, epochs) for setting in alive]
            spent += {"all": epochs * len(alive), "rounds": epochs, "calls": len(alive)}[spend]
            order = sorted(
                range(len(alive)),
                key=lambda i: math.inf if math.isnan(found[i]) else better * found[i],
            )
            value = found[order[0]]
            alive = [alive[i] for i in order[: keep(len(alive))]]
            epochs = grow(epochs)
        return given(alive[0], settings, value), spent

    return halving


reference = _variant()
reference.__doc__ = "Return the setting that is left, and how many epochs were trained in all."


def _rates(rate, epochs):
    """Score a rate: a low one needs many epochs, a high one diverges."""
    return math.nan if rate > 2 else 1 - math.exp(-rate * epochs) - 0.1 * rate


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
    Case((_flat, [0.75, 0.25, 0.5], 4), about="Equal scores: the one that stands first is kept."),
    Case((_rates, [0.3], 5), about="A single setting is left already, and costs nothing."),
    Case((_crossing, [-0.5, 2.5, 1.5], 8), about="Three settings: two are kept."),
]


def _worst_of_nan(score, settings, epochs):
    alive, spent = list(settings), 0
    while len(alive) > 1:
        found = {i: score(s, epochs) for i, s in enumerate(alive)}
        spent += epochs * len(alive)
        order = sorted(found, key=lambda i: -math.inf if math.isnan(found[i]) else -found[i])
        alive, epochs = [alive[i] for i in order[: (len(alive) + 1) // 2]], 2 * epochs
    return alive[0], spent


def _once(score, settings, epochs):
    found = [score(setting, epochs) for setting in settings]
    order = sorted(
        range(len(settings)), key=lambda i: math.inf if math.isnan(found[i]) else -found[i]
    )
    return settings[order[0]], epochs * len(settings)


MISTAKES = [
    Mistake(_variant(better=1), "the lower scores are kept: more is better."),
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
        _worst_of_nan, "NaN ranks first: a training that diverged has to be the last in any order."
    ),
    Mistake(_once, "this is one round alone: go on with the better half, and twice the epochs."),
]
