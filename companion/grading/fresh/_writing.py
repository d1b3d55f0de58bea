"""How numbers are written in a text."""


def listed(numbers, write=str):
    """Write numbers in brackets: (1, 2/3, 5)."""
    return f"({', '.join(map(write, numbers))})"


def joined(numbers):
    """Write numbers as in a sentence: 1, 2 and 5."""
    *first, last = map(str, numbers)
    return f"{', '.join(first)} and {last}" if first else last


def matrix(rows, write=str):
    """Write a matrix as TeX."""
    lines = r" \\ ".join(" & ".join(map(write, row)) for row in rows)
    return rf"\begin{{pmatrix}} {lines} \end{{pmatrix}}"


def plain(number):
    """Write a number as a decimal, with six digits at most."""
    return f"{float(number):g}"


def decimal(number):
    """Write a number as a decimal, with ten digits at most."""
    return f"{float(number):.10g}"


def block(low, high, n=5, *, rng):
    """Draw so many seeds that follow each other, and write them: 20 to 24."""
    first = int(rng.integers(low, high))
    return f"{first} to {first + n - 1}"
