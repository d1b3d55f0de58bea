"""Modules import in one direction, draw nothing at random by themselves, and say what they do."""

import ast
import builtins
import inspect
import io
import pkgutil
import re
import subprocess
import sys
import tokenize
from importlib import import_module
from pathlib import Path

import pytest

import companion

ROOT = Path(companion.__file__).parent

#: Module → the siblings that it may import; beside them every module may import `_checks`.
MAY_IMPORT = {
    "_checks": set(),
    "activations": set(),
    "perceptron": {"activations"},
    "losses": {"activations"},
    "initializers": set(),
    "arrays": set(),
    "layers": {"activations", "arrays", "initializers"},
    "approximation": {"initializers", "layers"},
    "regularizers": set(),
    "optimizers": set(),
    "graph": set(),
    "graph_layout": set(),
    "gradient_check": set(),
    "training": set(),
    "callbacks": {"regularizers"},
    "saving": set(),
    "search": {"training"},
    "data": set(),
    "plots": set(),
    "interactive": {"plots"},
}

#: What a module may import from elsewhere, beside the standard library and NumPy.
LIBRARIES = {
    "activations": {"scipy"},
    "perceptron": {"scipy"},
    "training": {"tqdm"},
    "data": {"sklearn"},
    "plots": {"matplotlib", "matplotlib_inline"},
    "interactive": {"altair"},
    "grading": {"tqdm", "nbformat", "nbgrader", "distributed"},  # a teacher's machine has them
}

FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in ROOT.rglob("*.py")
}
MODULES = [name for name in FILES if name.split(".")[0] in MAY_IMPORT]  # a package is its files
#: Exercises and their hidden cases, and what grades them, stand on top of everything else.
ON_TOP = ("exercises.", "grading.cases.", "grading.fresh.")
EXERCISES = [name for name in FILES if name.startswith(ON_TOP)]
GRADING = [name for name in FILES if name.startswith("grading") and name not in EXERCISES]


def tree(name):
    return ast.parse(FILES[name].read_text(encoding="utf-8"))


def imports(name):
    """Return the full names of all modules and objects that a module imports, anywhere in it."""
    found = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: imports are written in full"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def siblings(name):
    """Return the names of the companion's own modules that a module imports."""
    parts = (full.split(".") for full in imports(name))
    return {part[1] for part in parts if part[0] == "companion"}


# ----------------------------------------------------------------------------------------- imports


def test_every_module_has_a_row_and_every_row_a_module():
    modules = {name.split(".")[0] for name in FILES} - {"__init__", "exercises", "grading"}
    assert modules == set(MAY_IMPORT)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_only_the_siblings_it_may(name):
    package, _, part = name.partition(".")
    allowed = MAY_IMPORT[package] | ({"_checks"} if package not in ("_checks", "plots") else set())
    assert siblings(name) <= allowed | ({package} if part else set())


def test_no_import_leads_round_in_a_circle():
    seen = []
    left = dict(MAY_IMPORT)
    while left:
        free = [name for name in left if left[name] <= set(seen)]
        assert free, f"these import each other: {sorted(left)}"
        seen += free
        left = {name: needs for name, needs in left.items() if name not in free}


@pytest.mark.parametrize("name", FILES)
def test_the_companion_imports_neither_the_book_nor_the_tests(name):
    libraries = LIBRARIES.get(name.split(".")[0], set())
    allowed = {"numpy", "companion", *sys.stdlib_module_names, *libraries}
    assert {full.split(".")[0] for full in imports(name)} <= allowed


@pytest.mark.parametrize("name", ["graph", "graph_layout"])
def test_the_graph_of_scalars_needs_the_standard_library_alone(name):
    assert {full.split(".")[0] for full in imports(name)} <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("name", EXERCISES)
def test_an_exercise_imports_its_contract_and_the_modules_it_is_about(name):
    mine = {"_checks", "exercises", "grading", *MAY_IMPORT} - {"plots", "interactive"}
    assert siblings(name) <= mine - ({"grading"} if name.startswith("exercises") else set())


@pytest.mark.parametrize("name", GRADING)
def test_grading_knows_exercises_and_nothing_that_is_an_answer(name):
    assert siblings(name) <= {"exercises", "grading"}


@pytest.mark.parametrize("name", ["exercises._places", "grading.wire", "grading.inside"])
def test_what_runs_in_the_sandbox_needs_the_standard_library_and_numpy_alone(name):
    libraries = {full.split(".")[0] for full in imports(name)} - {"companion"}
    assert libraries <= {"numpy", *sys.stdlib_module_names}
    assert siblings(name) <= {"exercises", "grading"}


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_imported_by_a_star(name):
    assert not any(full.endswith(".*") for full in imports(name))


# ------------------------------------------------------------------------------ what a module shows


@pytest.mark.parametrize(
    "name", [name for name in MAY_IMPORT if name not in ("_checks", "plots", "interactive")]
)
def test_all_names_what_a_module_defines_for_others(name):
    module = import_module(f"companion.{name}")
    public = {
        target.id
        for node in tree(name).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and not target.id.startswith("_")
    }
    public |= {
        node.name
        for node in tree(name).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    }
    assert sorted(module.__all__) == sorted(public)


def test_the_package_shows_its_modules_and_loads_them_when_they_are_asked_for():
    shown = {name.split(".")[0] for name in FILES} - {"__init__", "_checks"}
    assert set(dir(companion)) == {*shown, "Case", "check", "__version__"}
    assert set(companion.__all__) == {*shown, "Case", "check"}
    assert companion.losses.softmax([0.0, 0.0]).tolist() == [0.5, 0.5]
    with pytest.raises(
        AttributeError, match="companion has no 'loses'; it has Case, check, activations"
    ):
        companion.loses  # noqa: B018
    assert re.fullmatch(r"\d+\.\d+\.\d+", companion.__version__)


def test_importing_the_package_loads_only_the_self_check():
    loaded = "import sys, companion; print(*(m for m in sys.modules if m.startswith('companion')))"
    heavy = "print(*{'matplotlib', 'scipy', 'sklearn', 'altair', 'tqdm'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", f"{loaded}; {heavy}"], capture_output=True, text=True, check=True
    )
    modules, libraries = done.stdout.splitlines()
    assert not [
        name
        for name in modules.split()
        if name.split(".")[1:2] not in ([], ["_checks"], ["exercises"])
    ]
    assert libraries == ""


def test_importing_the_charts_parses_no_grammar():
    """From 4.25 on, jsonschema's import takes 1 to 2 seconds where rfc3987-syntax is installed."""
    code = "import sys, companion.interactive; print('lark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


#: At most so many lines that are neither blank, nor a comment, a docstring or `__all__`.
MOST_LINES = 1430


def lines_of_code(name):
    source, left_out = FILES[name].read_text(encoding="utf-8"), set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            left_out |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            left_out |= set(range(node.lineno, node.end_lineno + 1))
    said = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    code = {
        line
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type not in said | {tokenize.ENDMARKER}
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(code - left_out)


def test_what_computes_can_be_read_in_an_afternoon():
    computes = set(MAY_IMPORT) - {"plots", "interactive", "graph_layout"}
    assert sum(map(lines_of_code, computes)) <= MOST_LINES


# -------------------------------------------------------------------------------------- randomness


@pytest.mark.parametrize("name", FILES)
def test_randomness_is_passed_in(name):
    allowed = {"Generator"} | ({"default_rng"} if name in EXERCISES else set())
    allowed |= {"default_rng", "PCG64"} if name == "grading.wire" else set()  # made of its state
    used = {
        node.attr
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("np.random", "random")
    }
    assert used <= allowed
    assert not any("random" in full.split(".") for full in imports(name))
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("default_rng"):
            assert node.args, "a generator without a seed is different in each run"


def functions():
    """Return each public function, class and method of the companion, by its full name."""
    for module in pkgutil.walk_packages(companion.__path__, prefix="companion."):
        for name, thing in vars(import_module(module.name)).items():
            if name.startswith("_") or getattr(thing, "__module__", None) != module.name:
                continue
            if inspect.isclass(thing) or inspect.isfunction(thing):
                yield f"{module.name}.{name}", thing
            if inspect.isclass(thing):
                for method, function in vars(thing).items():
                    function = getattr(function, "fget", function)
                    if not method.startswith("_") and inspect.isfunction(function):
                        yield f"{module.name}.{name}.{method}", function


PUBLIC = dict(functions())


def test_the_generator_is_called_rng_and_is_passed_by_name():
    for full_name, thing in PUBLIC.items():
        is_error = isinstance(thing, type) and issubclass(thing, BaseException)  # without signature
        if "_checks" in full_name or is_error:
            continue
        for parameter in inspect.signature(thing).parameters.values():
            assert parameter.name not in ("seed", "random_state", "generator"), full_name
            if parameter.name == "rng":
                assert parameter.kind is parameter.KEYWORD_ONLY, full_name


# -------------------------------------------------------------------------------------- docstrings

SECTIONS = ["Parameters", "Attributes", "Returns", "Yields", "Raises", "References", "Examples"]


def sections(doc):
    """Return the sections of a NumPy docstring as a dict; what comes before them under ``""``."""
    parts = re.split(r"^(\w+)\n-{3,}\n", doc, flags=re.M)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


@pytest.mark.parametrize("name", FILES)
def test_every_module_says_what_it_holds(name):
    doc = ast.get_docstring(tree(name))
    assert doc, "no docstring"
    assert re.search(r"[.?:]$", doc.split("\n\n")[0]), "the first paragraph is no sentence"


@pytest.mark.parametrize("full_name", PUBLIC)
def test_docstring_has_its_parts(full_name):
    thing = PUBLIC[full_name]
    doc = inspect.cleandoc(thing.__doc__ or "")
    first = doc.split("\n")[0]
    assert re.match(r"[A-Z].*[.:?]$", first), f"first line is no sentence: {first!r}"
    found = sections(doc)
    known = [section for section in SECTIONS if section in found]
    assert list(found)[1:] == known, f"sections are to stand in the order {SECTIONS}"
    for section, text in found.items():
        assert text.strip(), f"{section} is empty"
    if "Parameters" in found:
        names = re.findall(r"^(\*{0,2}\w+(?:, \*{0,2}\w+)*)(?: :|$)", found["Parameters"], re.M)
        described = [name.strip("* ") for line in names for name in line.split(",")]
        signature = [name for name in inspect.signature(thing).parameters if name != "self"]
        assert described == signature
    if "Raises" in found:
        for error in re.findall(r"^(\w+)$", found["Raises"], re.M):
            assert issubclass(getattr(builtins, error), Exception)


def test_cited_works_are_in_the_bibliography():
    bibliography = ROOT.parent / "book" / "references.bib"
    keys = set(re.findall(r"^@\w+\{([^,]+),", bibliography.read_text(encoding="utf-8"), re.M))
    cited = set()
    for thing in PUBLIC.values():
        text = sections(inspect.cleandoc(thing.__doc__ or "")).get("References", "")
        cited |= set(re.findall(r"\w+", text))
    assert cited
    assert cited <= keys
