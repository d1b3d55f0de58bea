"""Figures with sliders. They work in JupyterLab and, without Python, in the pages of the book.

Each function takes arrays and returns a `SliderChart`: a Vega-Lite description, plain JSON, that
the browser draws and redraws by itself. Each has a module of its own.
"""

from companion.interactive.batch import normalized_batch
from companion.interactive.bowl import descent
from companion.interactive.chart import SliderChart
from companion.interactive.circuit import unit_circuit
from companion.interactive.curve import relu_sum
from companion.interactive.depth import deep_signals
from companion.interactive.neuron import decision_line
from companion.interactive.penalty import penalized_fits
from companion.interactive.ravine import ravine_walk
from companion.interactive.sampling import grid_and_random
from companion.interactive.shift import shifted_digit
from companion.interactive.slopes import slope_chain
from companion.interactive.softmax import softmax_bars
from companion.interactive.xor import xor_bend

__all__ = [
    "SliderChart",
    "decision_line",
    "deep_signals",
    "descent",
    "grid_and_random",
    "normalized_batch",
    "penalized_fits",
    "ravine_walk",
    "relu_sum",
    "shifted_digit",
    "slope_chain",
    "softmax_bars",
    "unit_circuit",
    "xor_bend",
]
