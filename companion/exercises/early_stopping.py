"""early_stopping(validation_loss, patience): the best epoch, and the one after which to stop.

Both are counted from 0, as (best, stop).
"""

import math

import numpy as np

from companion.exercises import Case, Mistake, variants

SIGNATURE = "early_stopping(validation_loss, patience)"


def _first_of_the_lowest(losses):
    return losses.index(min(loss for loss in losses if loss == loss))


@variants
def _variant(
    *,
    better=lambda loss, lowest: loss < lowest,
    nan=math.nan,
    late=0,
    total=False,
    whole=False,
    pick=None,
    start=None,
    skip=False,
    last=0,
    first=0,
    shift=0,
    least=-math.inf,
):
    """Return the rule with something wrong."""

    def stopping(validation_loss, patience):
        lowest = math.inf if start is None else validation_loss[0]
        best, waited = 0, -1 if start == "from the second epoch" else 0
        for epoch, loss in enumerate(validation_loss):
            if skip and math.isnan(loss):
                continue
            loss = nan if math.isnan(loss) else loss
            waited += 1
            if better(loss, lowest):
                lowest, best = loss, epoch
                waited = waited - 1 if total else 0
            if waited >= max(patience + late, least):
                break
        seen = validation_loss if whole else validation_loss[: epoch + 1]
        if whole or pick:
            best = (pick or _first_of_the_lowest)(seen)
        ended = waited < max(patience + late, least)
        return best + first, epoch + first + shift + (last if ended else 0)

    return stopping


reference = _variant()
reference.__doc__ = "Return the two epochs of the rule that `callbacks.EarlyStopping` keeps, too."

_LATER = [4.0, 3.0, 3.5, 3.25, 3.1, 2.0, 1.0]

CASES = [
    Case(
        ([5.0, 4.0, 3.0, 3.5, 3.25, 3.75, 4.0], 3),
        about="The loss is lowest in epoch 2, and three epochs bring no lower one.",
    ),
    Case((_LATER, 3), about="What comes after the stop is never seen."),
    Case((_LATER, 4), about="With more patience a lower loss comes in time."),
    Case(
        ([3.0, 2.0, 2.5, 1.5, 1.75, 1.0, 1.25], 2),
        about="Each new lowest loss starts the waiting anew; the list ends before it is over.",
    ),
    Case(
        ([2.0, 1.0, 1.0, 1.0, 0.5], 2),
        about="An equal loss is no lower one: the first of them is the best.",
    ),
    Case(([3.0, 2.0, 2.5, 2.25, 2.0, 1.0], 1), about="A patience of one."),
    Case(
        ([5.0, 1.0, 4.0, 3.0, 2.0], 3),
        about="A loss that falls from epoch to epoch need not be a new lowest one.",
    ),
    Case(([0.5], 2), about="A single epoch."),
    Case(
        ([2.0, math.nan, 1.5, math.nan, math.nan, 1.0], 2),
        about="NaN is never a new lowest loss, and the waiting goes on.",
    ),
    Case(
        ([math.nan, 3.0, 2.0, 4.0, 5.0, 1.0], 2),
        about="NaN comes first, and a number after it is a new lowest loss.",
    ),
    Case(
        ([4.0, math.nan, 3.0, math.nan, math.nan, 3.5, 3.25, 3.1, 3.05, 3.2, 1.0], 3),
        about="An epoch with NaN is one without a new lowest loss.",
    ),
    Case(
        ([4000.0, math.nan, 3000.0, 3500.0, math.nan, 2500.0], 2),
        about="NaN is no new lowest loss among large ones, either.",
    ),
]


def _compared_with_the_last(validation_loss, patience):
    waited, best = 0, 0
    for epoch, loss in enumerate(validation_loss):
        waited = 0 if epoch == 0 or loss < validation_loss[epoch - 1] else waited + 1
        best = epoch if loss < validation_loss[best] else best
        if waited >= patience:
            break
    return best, epoch


def _sum_of_both(validation_loss, patience):
    best, _ = reference(validation_loss, patience)
    return best, best + patience


def _no_end(validation_loss, patience):
    best, stop = reference(validation_loss, patience)
    return (best, stop) if stop - best >= patience else None


MISTAKES = [
    Mistake(
        _variant(whole=True),
        "the best epoch lies after the stop: a training that has stopped never gets there.",
    ),
    Mistake(
        _variant(better=lambda loss, lowest: loss <= lowest),
        "an equal loss counts as better: only a lower one is new, and starts the waiting anew.",
    ),
    Mistake(
        _variant(late=1),
        "you stop one epoch late: after `patience` epochs in a row without a new lowest loss.",
    ),
    Mistake(  # no variant: with a patience of 1 it stops at once, as others do
        lambda *args: _variant(late=-1)(*args),
        "you stop one epoch early: `patience` epochs in a row have to bring no new lowest loss.",
    ),
    Mistake(
        _variant(late=-1, least=1),
        "you stop one epoch early where the patience is above 1: compare the number of epochs "
        "without a new lowest loss with `patience` itself.",
    ),
    Mistake(
        _variant(total=True),
        "the epochs without a new lowest loss are counted all together: a new one starts the "
        "count again from 0.",
    ),
    Mistake(
        _compared_with_the_last,
        "each loss is compared with the one before: compare it with the lowest so far.",
    ),
    Mistake(
        _variant(better=lambda loss, lowest: not loss >= lowest),
        "NaN counts as a new lowest loss: ask whether the loss is lower, not whether it is not "
        "higher.",
    ),
    Mistake(
        _variant(nan=0),
        "NaN counts as 0 or as another low number, which becomes the lowest loss: it is never a "
        "new one.",
    ),
    Mistake(
        _variant(skip=True),
        "you leave epochs with NaN out: an epoch with NaN counts as waiting.",
    ),
    Mistake(
        _variant(start="from the second epoch"),
        "a NaN in the first epoch stays your lowest loss, since no number is lower than NaN: start "
        "with infinity as the lowest.",
    ),
    Mistake(
        _variant(start="from the first epoch"),
        "your lowest loss is that of the first epoch from the start, so that this epoch brings no "
        "lower one and counts as waiting: start with infinity.",
    ),
    Mistake(
        _variant(pick=lambda losses: int(np.argmin(losses))),
        "np.argmin takes a NaN for the lowest loss: compare with <, which is never true of NaN.",
    ),
    Mistake(
        _variant(pick=lambda losses: losses.index(min(losses))),
        "min keeps a NaN that comes first: compare with the lowest so far, which is infinity "
        "at the start.",
    ),
    Mistake(
        _variant(shift=1),
        "your stop is one too high: it is the index of the last epoch that is trained, counted "
        "from 0.",
    ),
    Mistake(
        _variant(shift=-1),
        "your stop is one too low: the epoch that uses up the patience is trained, too.",
    ),
    Mistake(
        _sum_of_both,
        "best + patience may lie after the end of the list: the stop is its last epoch then.",
    ),
    Mistake(
        _variant(last=1),
        "where the list ends before the patience does, the stop is the last epoch: its index is "
        "one less than the length.",
    ),
    Mistake(_variant(first=1), "epochs are counted from 0 here, as indices of the list."),
    Mistake(
        _no_end,
        "nothing comes back where the list ends before the patience does: the stop is the last "
        "epoch then.",
    ),
    Mistake(
        lambda losses, patience: reference(losses, patience)[::-1],
        "the best epoch comes first and then the stop: yours stand the other way round.",
    ),
    Mistake(
        lambda losses, patience: (
            losses[reference(losses, patience)[0]], reference(losses, patience)[1],
        ),
        "your first result is the lowest loss: the index of its epoch is wanted.",
    ),
    Mistake(
        lambda losses, patience: (reference(losses, patience)[0],) * 2,
        "training stops only after the waiting: the epoch with the lowest loss is the first "
        "result, the last epoch that is trained the second.",
    ),
    Mistake(
        lambda losses, patience: (reference(losses, patience)[1],) * 2,
        "your best epoch is the last one: it is the one with the lowest loss before.",
    ),
    Mistake(
        lambda losses, patience: (reference(losses, patience)[0], len(losses) - 1),
        "you go on to the end of the list: stop as soon as the patience is over.",
    ),
]  # fmt: skip
