"""Which usual mistakes explain a student's results?

Each result of each case is a *place*: a function that returns (dx, dw, db) has three places in each
case. A mistake shows at the places where its own function is wrong. A student has made it if theirs
is wrong at all of them, and gives the same there; where two mistakes meet, either may show.
"""

from functools import cache, wraps
from itertools import combinations

from companion.exercises._answers import answered, problems, same_in_part
from companion.exercises._trials import attempt


def variants(make):
    """Let a function that makes wrong answers note in each how it was made.

    The self-check can then make two of them at once, where their keywords differ.

    Examples
    --------
    >>> @variants
    ... def power(*, exponent=2, sign=1):
    ...     return lambda x: sign * x**exponent
    >>> power(sign=-1).variant[2]
    {'sign': -1}
    """

    @wraps(make)
    def making(*args, **keywords):
        made = make(*args, **keywords)
        made.variant = making, args, keywords
        return made

    return making


def explain(exercise, results):
    """Return the advice of the mistakes that a student has made, and the wrong places left over."""
    wrong = wrong_places(exercise, results)
    advice, left = _told(exercise, _single(exercise), results, wrong)
    if left or len(advice) > 2:  # two mistakes that meet are more likely than three that do not
        usual = _single(exercise) + _double(exercise)
        advice, left = _told(exercise, usual, results, wrong)
    first = {place for place in wrong if place[0] == min(wrong)[0]}
    return (advice, left) if first - left else ([], wrong)  # the first case is the most basic


def wrong_places(exercise, results):
    """Return where results are wrong, as pairs: which case, and which of its results."""
    pairs = enumerate(zip(answered(exercise), results, strict=True))
    return {(i, j) for i, (case, result) in pairs for j in problems(exercise, case, result)}


@cache
def _single(exercise):
    """Return for each mistake what to say, its results, and where it shows."""
    return [_made(exercise, m.function, m.advice) for m in exercise.MISTAKES]


@cache
def _double(exercise):
    """Return the same for each two mistakes at once, if one function makes both."""
    return [
        _made(exercise, both, one.advice, other.advice)
        for one, other in combinations(exercise.MISTAKES, 2)
        if (both := _at_once(one.function, other.function))
    ]


def _made(exercise, function, *advice):
    results = [attempt(exercise, function, case).result for case in answered(exercise)]
    return advice, results, wrong_places(exercise, results)


def _told(exercise, usual, results, wrong):
    """Return what to say about the mistakes that are there, and the wrong places left over."""

    def shows(places, its):
        """Whether the results are, at some places, those of a mistake."""
        case = answered(exercise)
        return all(_alike(case[i], its[i], results[i], j) for i, j in places)

    advice, left = [], wrong
    usual = [one for one in usual if one[2] <= wrong]
    while fits := [
        (places & left, len(places), said)
        for said, its, places in usual
        if places & left and shows(places & left, its)
    ]:
        # One mistake that explains much is more likely than several that do so together; and one
        # that shows where it should is more likely than one that others would have to hide.
        explained, _, said = max(fits, key=lambda fit: (len(fit[0]), -fit[1]))
        advice += [text for text in said if text not in advice]
        left = left - explained
    return advice, left


def _at_once(one, other):
    """Return a function that makes two mistakes, if they are variants that go together."""
    make, args, keywords = getattr(one, "variant", (None, None, {}))
    make_other, args_other, more = getattr(other, "variant", (None, None, {}))
    together = make is make_other and args == args_other and not keywords.keys() & more.keys()
    return make(*args, **keywords, **more) if make and together else None


def _alike(case, one, other, number):
    """Whether two functions give the same part of a result, or fail in the same way."""
    if isinstance(one, BaseException):
        return type(one).__name__ == type(other).__name__  # one may come from a sandbox
    return same_in_part(case, one, other, number)
