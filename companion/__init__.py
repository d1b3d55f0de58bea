"""The NumPy package that the chapters of *Neural Networks You Can Check* call."""
