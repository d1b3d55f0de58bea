"""xnor_weights(): (W1, b1, W2, b2) with which two hidden step units and one at the end give XNOR.

XNOR is 1 where the two inputs agree. What is wrong with a network is told by what it answers, so
that no solution stands here: it is an instructor's.
"""

from companion.exercises import Case
from companion.exercises._networks import not_a_network, wrong_step_answer
from companion.perceptron import GATE_INPUTS

SIGNATURE = "xnor_weights()"

CASES = [Case(())]


def judge(args, result):
    """Return what is wrong with the network, or None: many weights are right."""
    return not_a_network(result, 2, 2) or wrong_step_answer(
        result, GATE_INPUTS, [1, 0, 0, 1], "XNOR"
    )


MISTAKES = []  # the judge says what each wrong network answers
