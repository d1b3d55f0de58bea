"""The NumPy package that the chapters of *Neural Networks You Can Check* call."""

from companion.exercises import check

__all__ = ["check"]
