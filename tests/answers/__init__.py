"""Answers as students write them, for each exercise: wrong ones that look right, and right ones.

``WRONG[exercise][description]`` is a function, or a pair of a function and what the self-check must
say to it; ``RIGHT[exercise][description]`` is a function that must pass. They are written without a
look at the exercise's own list of mistakes.
"""
