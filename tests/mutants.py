"""Change the companion in small ways and see whether a test notices; `make mutants` runs this.

mutmut makes the changes: another sign, another bound, an argument left out. Each module is held
against the tests that belong to it, those of its own name and the contracts. A change is noticed if
a test fails, or if the tests go on without end; every other end counts as a survivor. A survivor
says either that a fact about the subject is not tested yet, or that the change does no harm; then
tests/mutants.md lists it under the reason why. The shares found are written into the table there.

Exit code 0 means that every survivor is listed and no module is below the share that is wanted.

    python tests/mutants.py losses layers    only these modules
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "_build" / "mutants"
LIST = ROOT / "tests" / "mutants.md"
WANTED = 0.9  # the share that the tests are to notice
NOTICED = ("killed", "timeout")

#: All but what draws; a new module is in from its first day, and needs a test_….py of its name.
MODULES = [path.stem for path in sorted((ROOT / "companion").glob("*.py"))]
MODULES = [name for name in MODULES if name not in ("__init__", "plots")]

#: What else tells about a module.
ALSO = {"perceptron": ["tests/test_claims_01.py"]}

#: These tests read the names in the companion, and a mutant adds some.
LEFT_OUT = "every_public_name_of_the_companion or every_operation_stands_in_the_table"

SETTINGS = """\
[tool.mutmut]
source_paths = ["companion/{module}.py"]
also_copy = ["companion"]
process_isolation = "forkserver"
pytest_add_cli_args = ["-p", "no:cacheprovider", "-k", "not ({left_out})"]
pytest_add_cli_args_test_selection = {tests}

[tool.pytest.ini_options]
filterwarnings = ["error"]
"""


def own_tests(module):
    return f"tests/test_{module.strip('_')}.py"


def mutmut(*arguments, folder):
    """Run mutmut in a folder and return what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "mutmut", *arguments],
        cwd=folder,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # one mutant a core
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode:
        sys.exit(f"mutmut failed in {folder}: {(done.stdout + done.stderr)[-2000:]}")
    return done.stdout


def run(module):
    """Return how many mutants of a module met each end, and the survivors as lines of a list."""
    folder = WORK / module
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("companion", "tests"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    tests = [own_tests(module), "tests/test_contracts.py", *ALSO.get(module, [])]
    settings = SETTINGS.format(module=module, tests=tests, left_out=LEFT_OUT)
    (folder / "pyproject.toml").write_text(settings)
    mutmut("run", folder=folder)
    ends = dict(
        line.strip().split(": ", 1)
        for line in mutmut("results", "--all", "true", folder=folder).splitlines()
    )
    kept = [name for name, end in ends.items() if end not in NOTICED]
    return Counter(ends.values()), [survivor(module, name, folder) for name in kept]


def survivor(module, name, folder):
    """Return one line that names the function, and what was changed into what."""
    lines = mutmut("show", name, folder=folder).splitlines()
    old, new = (
        " ".join(
            line[1:].strip()
            for line in lines
            if re.match(rf"{re.escape(sign)}(?!{re.escape(sign * 2)})", line)
        )
        for sign in "-+"
    )
    function = re.sub(r"__mutmut_\d+$", "", name.rpartition(".")[2])
    function = re.sub(r"^x_", "", function).replace("xǁ", "").replace("ǁ", ".")
    return f"- `{module}.{function}`: `{old}` → `{new}`"


def main(modules):
    if importlib.util.find_spec("mutmut") is None:
        return f"mutmut is not installed: {sys.executable} -m pip install -e '.[mutants]'"
    if unknown := set(modules) - set(MODULES):
        return f"there is no module {', '.join(sorted(unknown))}; there are: {', '.join(MODULES)}"
    if untested := [m for m in modules or MODULES if not (ROOT / own_tests(m)).exists()]:
        return f"there are no tests {', '.join(map(own_tests, untested))}"
    unlisted, poor = [], []
    for module in modules or MODULES:
        ends, survivors = run(module)
        total, noticed = sum(ends.values()), sum(ends[end] for end in NOTICED)
        row = f"| `{module}` | {noticed} | {total} | {100 * noticed // total} % |"
        text = LIST.read_text(encoding="utf-8")
        text, there = re.subn(rf"^\| `{module}` \|.*$", row, text, flags=re.MULTILINE)
        if not there:
            text = text.replace("|---|\n", f"|---|\n{row}\n", 1)
        LIST.write_text(text, encoding="utf-8")
        listed = [line for line in text.splitlines() if line.startswith(f"- `{module}.")]
        new = [line for line in survivors if line not in listed]
        gone = [f"no survivor any more: {line}" for line in listed if line not in survivors]
        print(row, dict(ends), *new, *gone, sep="\n", flush=True)
        unlisted += new
        poor += [module] * (noticed / total < WANTED)
    if poor or unlisted:
        below = f"below {WANTED:.0%}: {', '.join(poor) or 'none'}"
        return f"{len(unlisted)} survivors are not listed in {LIST.name}; {below}"
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
