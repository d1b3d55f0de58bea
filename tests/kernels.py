"""Kernels that do not start, for tests of what happens then."""

# Every Python process runs a file of this name if it finds one. Of kernels it lets as many die as
# there are lines in the file `lose` beside it.
SITE_CUSTOMIZE = """import os, sys
lose = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lose")
if "ipykernel_launcher" in sys.orig_argv and os.path.exists(lose):
    with open(lose) as file:
        lines = file.readlines()[1:]
    if lines:
        with open(lose, "w") as file:
            file.writelines(lines)
    else:
        os.remove(lose)
    os._exit(1)
"""


def lose_kernels(folder, number):
    """Let the next kernels die at their start, in processes that have `folder` in PYTHONPATH."""
    (folder / "sitecustomize.py").write_text(SITE_CUSTOMIZE)
    (folder / "lose").write_text("one\n" * number)
