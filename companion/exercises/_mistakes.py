"""Which usual mistakes explain a student's results?

Each result of each case is a *place*: a function that returns (dx, dw, db) has three places in each
case. A mistake shows at the places where its own function is wrong. A student has made it if theirs
is wrong at all of them, and gives the same there; where two mistakes meet, either may show.
"""

from functools import wraps
from itertools import combinations

from companion.exercises._answers import part, problems, same_part
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


def explain(exercise, cases, results):
    """Return the advice of the mistakes that a student has made, and the wrong places left over."""

    def compared(function, *advice):
        """Return where a mistake shows, where of these the results are like it, and its advice."""
        its = [attempt(exercise, function, case).result for case in cases]
        places = wrong_places(exercise, cases, its)
        alike = {(i, j) for i, j in places if _alike(cases[i], its[i], results[i], j)}
        return places, alike, advice

    wrong = wrong_places(exercise, cases, results)
    usual = [compared(mistake.function, mistake.advice) for mistake in exercise.MISTAKES]
    advice, left = _told(usual, wrong)
    if left:
        for a, b in combinations(exercise.MISTAKES, 2):
            if both := _at_once(a.function, b.function):
                usual.append(compared(both, a.advice, b.advice))
        advice, left = _told(usual, wrong)
    first = {place for place in wrong if place[0] == min(wrong)[0]}
    return (advice, left) if first - left else ([], wrong)  # the first case is the most basic


def wrong_places(exercise, cases, results):
    """Return where results are wrong, as pairs: which case, and which of its results."""
    pairs = enumerate(zip(cases, results, strict=True))
    return {(i, j) for i, (case, result) in pairs for j in problems(exercise, case, result)}


def _told(usual, wrong):
    """Return what to say about mistakes that are there, those first that explain most."""
    usual, advice, left = [one for one in usual if one[0] <= wrong], [], wrong
    while fits := [
        (places & left, said) for places, alike, said in usual if places & left <= alike
    ]:
        explained, said = max(fits, key=lambda fit: len(fit[0]))
        if not explained:
            break
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
    one, other = part(case, one, number), part(case, other, number)
    if isinstance(one, BaseException):
        return type(one) is type(other)
    return same_part(one, other)
