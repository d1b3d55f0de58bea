"""Grading people's notebooks: fair to honest ones, and unharmed by any other."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from importlib import import_module
from itertools import islice
from pathlib import Path
from types import ModuleType

import nbformat
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from companion import exercises
from companion.exercises._trials import attempt
from companion.grading import classroom, feedback
from companion.grading.__main__ import main
from companion.grading.assignment import Assignment, ByHand
from companion.grading.cases import drawn
from companion.grading.fresh import BOOK, Fresh, fresh, names
from companion.grading.grade import grade
from companion.grading.handout import handout, installing, packed
from companion.grading.inside import PRINTED, as_python
from companion.grading.outside import Outside
from companion.grading.release import SOURCES, release, student_version
from companion.grading.sandbox import Limits, NoSandbox, Sandbox, isolation
from companion.grading.submissions import MOST, Unreadable, cells, find
from companion.grading.wire import End
from companion.grading.wire import Unreadable as UnreadableLine

ROOT = Path(__file__).parents[1]
IN_CODE = [name for name in names() if isinstance(fresh(name, BOOK), Fresh)]
WHY = isolation()
sandboxed = pytest.mark.skipif(WHY is not None, reason=f"no sandbox here: {WHY}")
SOFTMAX = Assignment("04-softmax", "a secret", {"softmax": 2, "sigmoid": 1})
#: Long enough for an honest cell on a machine that is busy.
QUICK = Limits(seconds=4, total=40)

SIGMOID = """\
import numpy as np
def sigmoid(x):
    return np.exp(-np.logaddexp(0, -np.array(x, float)))
"""
RIGHT = """\
def softmax(x):
    e = np.exp(x - np.max(x, -1, keepdims=True))
    return e / e.sum(-1, keepdims=True)
"""


def notebook(*code):
    made = [{"cell_type": "code", "source": text, "metadata": {}} for text in code]
    return json.dumps({"cells": made, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}).encode()


# ------------------------------------------------------------------------------- a line of values

VALUES = [
    None, True, 3, -0.0, np.nan, np.inf, "text", [1, [2.5, None]], (1, (2,)), {"a": [1], 2: "b"},
    np.arange(6).reshape(2, 3), np.float32([1.5]), np.array(2.5), np.float64(0.1), np.bool_(True),
    np.zeros((0, 3)), np.array([None, 1, "a"], dtype=object), np.arange(6).reshape(2, 3).T,
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_what_crosses_the_line_is_what_was_sent(value):
    end = End(None, None)
    came = end.read(json.loads(json.dumps(end.write(value))))
    assert type(came) is type(value)
    assert repr(came) == repr(value)
    if isinstance(value, np.ndarray | np.generic):
        assert (came.dtype, came.shape) == (value.dtype, value.shape)


def test_a_generator_crosses_with_its_state():
    rng, end = np.random.default_rng(3), End(None, None)
    rng.normal(size=5)
    assert end.read(json.loads(json.dumps(end.write(rng)))).normal() == rng.normal()


def test_what_is_the_same_object_stays_one():
    end, shared = End(None, None), np.zeros(2)
    one, other, alone = end.read(end.write([shared, (shared,), np.zeros(2)]))
    assert other[0] is one
    assert alone is not one


def test_a_class_that_lies_about_its_numbers_crosses_as_what_it_holds():
    class Liar(np.ndarray):
        def tobytes(self):
            return b""

    end = End(None, None)
    assert end.read(end.write(np.ones(3).view(Liar))).tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    "data",
    [
        {}, {"what": 1}, {"list": 3}, {"array": ["<f8", [10**9], ""]},
        {"array": ["O", [1], "AA=="]},
        {"array": ["<f8", [2], "%"]}, {"yours": 99}, {"mine": [0, ["class", "a\0b", "", None]]},
        {"again": 7}, {"objects": [[5], [1]]}, {"generator": {}}, [1], {"dict": [[[], 1]]},
    ],
    ids=str,
)  # fmt: skip
def test_strange_lines_are_refused(data):
    with pytest.raises(UnreadableLine):
        End(None, None).read(data)


def test_what_is_nested_without_end_is_refused():
    deep, data = [], 1
    deep.append(deep)
    with pytest.raises(ValueError, match="nested"):
        End(None, None).write(deep)
    for _ in range(50):
        data = {"list": [data]}
    with pytest.raises(UnreadableLine):
        End(None, None).read(data)


# ----------------------------------------------------------------------------- honest submissions


def answers(chapter):
    """Return a chapter's answers, made anew and as a cell, and the functions that they use."""
    path = Path(__file__).parent / "answers" / f"chapter_{chapter}.py"
    source, module = path.read_text(encoding="utf-8"), ModuleType(f"fresh_{path.stem}")
    exec(compile(source, path, "exec"), vars(module))  # some remember earlier calls
    lines = re.findall(r"^from companion\.(\w+) import (.+)$", source, re.MULTILINE)
    lent = [f"{module}.{name}" for module, line in lines for name in re.findall(r"\w+", line)]
    return module, source, lent


@sandboxed
@pytest.mark.parametrize("chapter", range(1, 14))
def test_a_function_in_the_sandbox_is_told_what_it_is_told_here(chapter):
    """About some of the answers of tests/answers to each exercise, right and wrong."""
    module, source, lent = answers(chapter)
    for kind in ("RIGHT", "WRONG"):
        for name, found in getattr(module, kind).items():
            exercise = import_module(f"companion.exercises.{name}")
            with Sandbox(Limits(), time.monotonic() + 100) as sandbox:
                outside = Outside(sandbox)
                outside.lend(lent)
                outside.run(1, source)
                for description, answer in islice(found.items(), 3):
                    function = answer[0] if isinstance(answer, tuple) else answer
                    sandbox.until(20)
                    given = f"{kind}[{name!r}][{description!r}]"
                    outside.run(2, f"it = {given}\nit = it[0] if isinstance(it, tuple) else it")
                    here, _ = exercises._examine(exercise, name, function)
                    there, _ = exercises._examine(exercise, name, outside.look("it"))
                    assert there.right == here.right, (name, description)
                    if description not in ("the global generator", "a fresh generator"):
                        assert there.message == here.message, (name, description)


@sandboxed
@pytest.mark.parametrize("chapter", range(1, 14))
def test_solutions_score_full_points_and_blank_notebooks_none(chapter, tmp_path):
    assignment = release(chapter, "another secret", tmp_path / "term")
    for name, share in (("solutions", 1), (assignment.chapter, 0)):
        path = tmp_path / "term" / f"{name}.ipynb"
        code = [text for kind, text, _ in cells(path.read_bytes()) if kind == "code"]
        outcomes, notes = grade(code, assignment)
        assert not re.search(r"^cell [12]:", "\n".join(notes), re.MULTILINE), "what it begins with"
        assert [one.name for one in outcomes] == list(assignment.points)
        for one in outcomes:
            assert one.points == share * one.of, one
            assert one.status == ("right" if share else "not written"), one


@sandboxed
def test_points_are_the_share_of_the_hidden_cases_that_are_right():
    naive = "def softmax(x):\n    return np.exp(x) / np.exp(x).sum(-1, keepdims=True)"
    (softmax, sigmoid), notes = grade([SIGMOID, naive], SOFTMAX)
    right = [about for about, ok in softmax.cases if ok]
    assert softmax.points == round(2 * len(right) / len(softmax.cases), 2)
    assert "One sample." in right and "Large scores." not in right
    assert softmax.status == "partly right"
    assert "greatest score off" in softmax.message
    assert (sigmoid.points, sigmoid.status, notes) == (1, "right", [])


@sandboxed
def test_the_printed_answers_and_those_of_last_term_do_not_score():
    public = import_module("companion.exercises.softmax")
    last = drawn("softmax", "last term")
    for known in (public, last):
        table = [(c.args[0].tolist(), public.reference(*c.args).tolist()) for c in known.CASES]
        code = (
            f"TABLE = {table!r}\n"
            "def softmax(x):\n"
            "    for known, answer in TABLE:\n"
            "        if np.shape(known) == np.shape(x) and np.allclose(known, x):\n"
            "            return np.array(answer)\n"
            "    return np.array(TABLE[0][1])"
        )
        (softmax, _), _ = grade([SIGMOID, code], SOFTMAX)
        assert softmax.points <= 0.25


@sandboxed
def test_what_a_student_is_told_holds_no_hidden_number():
    wrong = "def softmax(x):\n    raise ValueError(repr(np.asarray(x).tolist()))"
    outcomes, notes = grade([SIGMOID, wrong, "print(1 / 0)"], SOFTMAX)
    said = repr((outcomes, notes))
    numbers = {f"{v:.4g}" for c in drawn("softmax", "a secret").CASES for v in c.args[0].ravel()}
    public = {
        f"{v:.4g}"
        for c in import_module("companion.exercises.softmax").CASES
        for v in c.args[0].ravel()
    }
    numbers = {number for number in numbers - public if len(number) > 3}
    assert numbers
    assert not [number for number in numbers if number in said]
    assert notes == ["cell 3: ZeroDivisionError: division by zero"]


@sandboxed
def test_hidden_cases_that_were_seen_cannot_be_told_later():
    remembers = (
        "seen = []\n"
        "def softmax(x):\n"
        "    seen.append(np.ravel(x).tolist())\n"
        "    raise ValueError(seen[:5])\n"
        "class sigmoid:\n"
        "    def __init__(self, *args): raise ValueError(seen)"
    )
    outcomes, notes = grade(["import numpy as np", remembers], SOFTMAX)
    hidden = [c.args[0].ravel().tolist() for c in drawn("softmax", "a secret").CASES[:2]]
    public = [c.args[0] for c in import_module("companion.exercises.softmax").CASES]
    said = repr((outcomes, notes))
    assert str(public[0].tolist())[:10] in said
    assert not [case for case in hidden if str(case[0])[:6] in said]


@sandboxed
def test_functions_of_the_companion_are_lent_by_name_and_nothing_else_is_there():
    assignment = Assignment("x", "a secret", {"softmax": 2}, [], ["activations.relu"])
    answer = "from companion.activations import relu\nimport companion\n" + RIGHT.replace(
        "np.exp(x - ", "relu(0.0) + np.exp(x - "
    )
    outcomes, notes = grade(["import numpy as np", answer], assignment)
    assert (outcomes[0].status, notes) == ("right", [])
    for code in (
        "from companion.activations import sigmoid",
        "from companion.losses import softmax",
        "import companion\nsoftmax = companion.losses.softmax",
        "from scipy.special import softmax",
        "import sklearn",
    ):
        outcomes, notes = grade([code], assignment)
        assert outcomes[0].status == "missing"
        assert len(notes) == 1


@sandboxed
@pytest.mark.parametrize(
    ("answer", "starts"),
    [
        (RIGHT, 1),
        ("", 1),
        ("def softmax(x, axis=-1):\n    raise NotImplementedError", 1),
        (
            "def softmax(x, axis=-1):\n    return x",
            2,
        ),  # what is wrong is said of public cases alone
    ],
)
def test_only_what_is_wrong_takes_a_second_sandbox(answer, starts, monkeypatch):
    begun = []
    begin = Sandbox.__init__
    monkeypatch.setattr(Sandbox, "__init__", lambda *a, **o: (begun.append(1), begin(*a, **o))[1])
    grade(["import numpy as np", answer], Assignment("x", "a secret", {"softmax": 2}))
    assert len(begun) == starts


# ------------------------------------------------------------------ hostile and broken submissions

#: What a cell does after a right answer, and what becomes of that answer: a cell that fails does
#: not take it along, and one that replaces it has replaced it.
HOSTILE = {
    "a loop without end": ("while True: pass", "right"),
    "a loop in the function": ("def softmax(x):\n    while True: pass", "time limit"),
    "forks": ("import os\nwhile True: os.fork()", "right"),
    "threads": (
        "import threading, time\n"
        "while True: threading.Thread(target=time.sleep, args=(99,)).start()",
        "right",
    ),
    "memory": ("x = []\nwhile True: x.append(bytearray(10**8))", "right"),
    "disk": ("with open('/tmp/x', 'wb') as f:\n    while True: f.write(b'0' * 10**6)", "right"),
    "printing": ("while True: print('x' * 1000)", "right"),
    "printing in the function": (
        "def softmax(x):\n    while True: print('x' * 1000)",
        "output limit",
    ),
    "writing to every file that is open": (
        "import os\n"
        "for fd in range(3, 64):\n"
        "    try:\n"
        "        while True: os.write(fd, b'x' * 100_000)\n"
        "    except OSError: pass",
        "right",
    ),
    "the end": ("import os\nos._exit(0)", "right"),
    "the end, in the function": ("import os\ndef softmax(x): os._exit(0)", "stopped early"),
    "exit": ("import sys\nsys.exit()", "right"),
    "a crash": ("import ctypes\nctypes.string_at(0)", "right"),
    "signals": (
        "import os, signal\n"
        "for s in range(1, 65):\n"
        "    try: signal.signal(s, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\n"
        "for process in (os.getppid(), 1, -1):\n"
        "    try: os.kill(process, 9)\n"
        "    except OSError: pass",
        "right",
    ),
    "forged answers": (
        "import os\n"
        "for fd in range(3, 64):\n"
        "    try: os.write(fd, b'{\"value\": 1}\\n' * 100)\n"
        "    except OSError: pass",
        "wrong",
    ),
    "answers that cannot be read": (
        "import sys\n"
        "sys.modules['companion.grading.wire'].End.write = lambda *a: {'array': ['<f8', [9], '']}",
        "right",
    ),
    "comparisons replaced": (
        "np.allclose = np.isclose = np.array_equal = lambda *a, **k: True\n"
        "class Everything:\n"
        "    def __eq__(self, other): return True\n"
        "    def __array__(self, *a, **k): return np.zeros(3)\n"
        "def softmax(x): return Everything()",
        "wrong",
    ),
    "the network": (
        "import socket\ndef softmax(x): return socket.create_connection(('192.0.2.1', 80), 1)",
        "wrong",
    ),
    "other files": ("def softmax(x): return open('/etc/passwd').read()", "wrong"),
    "the key": (f"def softmax(x): return open({str(ROOT / 'README.md')!r}).read()", "wrong"),
    "the companion on the disk": (
        "import sys\n"
        f"sys.path[:0] = [{str(ROOT)!r}, '/usr/lib/python3/dist-packages']\n"
        "del sys.modules['companion']\n"
        "from companion.losses import softmax",
        "right",
    ),
    "frames": (
        "import sys\n"
        "def softmax(x):\n"
        "    frame, found = sys._getframe(), []\n"
        "    while frame:\n"
        "        found += [v for v in frame.f_locals.values() if type(v) is np.ndarray]\n"
        "        frame = frame.f_back\n"
        "    return found[-1]",
        "wrong",
    ),
    "a class of its own": ("class softmax:\n    def __init__(self, x): pass", "wrong"),
    "an error of its own": (
        "class Mine(BaseException): pass\ndef softmax(x): raise Mine('no')",
        "wrong",
    ),
    "an interrupt": ("def softmax(x): raise KeyboardInterrupt", "wrong"),
    "recursion": ("def softmax(x): return softmax(x)", "wrong"),
    "a value without end": (
        "def softmax(x):\n    x = []\n    x.append(x)\n    return x",
        "wrong",
    ),
    "a huge value": ("def softmax(x): return np.zeros(3 * 10**7)", "wrong"),
    "a huge number": ("def softmax(x): return 10**10_000", "wrong"),
    "processes left": (
        "import subprocess\nsubprocess.Popen(['sleep', '7654.25'], start_new_session=True)",
        "right",
    ),
    "something at the end": ("import atexit, time\natexit.register(time.sleep, 99)", "right"),
    "no Python": ("def softmax(x:", "right"),
    "a question": ("input('?')", "right"),
    "keys of the kernel": (
        "import ctypes\n"
        "libc = ctypes.CDLL(None)\n"
        "assert libc.syscall(248, b'user', b'hw', b'answer', 6, -4) == -1\n"
        "assert libc.syscall(250, 10, -4, b'user', b'hw', 0) == -1\n"
        "def softmax(x): return x",
        "wrong",
    ),
    "memory of no process": (
        "import os\ndef softmax(x):\n    return os.memfd_create('x')",
        "wrong",
    ),
    "locks that others see": (
        "import fcntl\n"
        "def softmax(x):\n"
        "    fcntl.flock(open('/usr/bin/env'), fcntl.LOCK_EX)\n"
        "    return np.exp(x)",
        "wrong",
    ),
    "files in other places": (
        "import glob, os\n"
        "places = ['/dev/x', '/dev/shm/x', '/packages/x', '/x']\n"
        "places += [f'{p}/x' for p in glob.glob('/usr/lib/python3/*-packages')]\n"
        "for place in places:\n"
        "    try: open(place, 'w')\n"
        "    except OSError: continue\n"
        "    def softmax(x): return x",
        "right",
    ),
    "a global that cannot be described": ("softmax = []\nsoftmax.append(softmax)", "wrong"),
    "a list that unfolds": (
        "def softmax(x):\n    x = [0.0] * 10\n    for _ in range(12): x = [x] * 10\n    return x",
        "stopped early",
    ),
    "half a character": ("def softmax(x): raise ValueError('\\ud800')", "wrong"),
    "a program that takes long to compile": (
        "\n".join("    " * i + "try: pass\n" + "    " * i + "finally:" for i in range(19))
        + "\n"
        + "    " * 19
        + "pass",
        "right",
    ),
    "blanks without end": ("' ' * 3\n" + " " * 100_000 + "x\nx(", "right"),
    "no function": ("softmax = 3", "wrong"),
}


@sandboxed
@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_code_costs_its_limits_and_nobody_elses_points(what):
    code, status = HOSTILE[what]
    begin = time.monotonic()
    (softmax, sigmoid), _ = grade([SIGMOID, RIGHT, code], SOFTMAX, QUICK)
    assert softmax.status == status, softmax
    assert softmax.points == (2 if status == "right" else 0)
    if what != "forged answers":  # which stand in the place of all its answers
        assert sigmoid.status == "right", sigmoid
    assert time.monotonic() - begin < QUICK.total + 5


@sandboxed
def test_nothing_is_left_in_the_temporary_folder_or_as_a_process(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    grade([SIGMOID, RIGHT, HOSTILE["processes left"][0]], SOFTMAX, QUICK)
    assert list(tmp_path.iterdir()) == []
    for _ in range(50):  # the kernel ends what is left, and takes a moment
        running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
        if "sleep 7654.25" not in running:
            return
        time.sleep(0.1)
    raise AssertionError("a process of the sandbox is still there")


@sandboxed
def test_a_notebook_that_ends_the_program_again_and_again_comes_to_an_end():
    outcomes, notes = grade([SIGMOID, RIGHT, *["import os\nos._exit(0)"] * 20], SOFTMAX, QUICK)
    assert {one.status for one in outcomes} == {"not tried"}
    assert len(notes) == 6


@sandboxed
def test_long_experiments_leave_half_of_the_time_to_the_exercises():
    limits = Limits(seconds=2, total=6)
    for slow in ("import time\ntime.sleep(1.6)", "while True: pass"):
        outcomes, notes = grade([*[slow] * 5, SIGMOID, RIGHT], SOFTMAX, limits)
        assert {one.status for one in outcomes} == {"right"}, slow
        assert "cell 5: half of the time was over: only what it defines was run" in notes


@sandboxed
def test_what_was_right_before_the_end_counts():
    slow = RIGHT.replace("    e =", "    while np.max(x) > 500: pass\n    e =")
    (softmax, _), _ = grade([SIGMOID, slow], SOFTMAX, QUICK)
    assert softmax.status == "time limit"
    assert softmax.points == 1  # four of the eight cases come before the first large scores


def test_magic_lines_are_left_out_and_strings_are_not():
    assert as_python("%matplotlib inline\n  !ls\nx = 1\nx?") == "pass\n  pass\nx = 1\npass"
    assert as_python('s = """\n%d\n"""') == 's = """\n%d\n"""'
    kept = 'y = (7\n % 3)\ndef f():\n    """Is it so?"""'
    assert as_python(f"files = !ls\n{kept}") == f"pass\n{kept}"


@sandboxed
@pytest.mark.parametrize(
    "before",
    [
        "import matplotlib.pyplot as plt", "from companion.layers import Dense", "files = !ls",
        "%matplotlib inline", "display(1)", "1 / 0", "await_me = 1\nawait await_me",
        "for i in range(30_000): print(i)", "import time\ntime.sleep(99)",
    ],
)  # fmt: skip
def test_what_a_cell_defines_is_there_even_if_the_cell_fails(before):
    (softmax, _), _ = grade([SIGMOID, f"{before}\n{RIGHT}"], SOFTMAX, QUICK)
    assert softmax.status == "right"


# ----------------------------------------------------------------------------------- submissions


@pytest.mark.parametrize(
    "data", [b"", b"hi", b"[]", b"{}", b'{"cells": 3}', b"\xff\xfe", b"[" * 100_000], ids=range(7)
)
def test_what_is_no_notebook_is_told(data):
    with pytest.raises(Unreadable, match="no notebook"):
        cells(data)


def test_cells_of_any_kind_are_read_or_left_out():
    strange = [3, {}, {"cell_type": "code", "source": [1]}, {"cell_type": "raw", "source": "x"}]
    fine = [{"cell_type": "code", "source": ["a = 1\n", "b"], "metadata": []}]
    marked = {"cell_type": "markdown", "source": "t", "metadata": {"nbgrader": {"grade_id": "q"}}}
    data = json.dumps({"cells": [*strange, *fine, marked]}).encode()
    assert cells(data) == [("code", "a = 1\nb", ""), ("markdown", "t", "q")]


def test_submissions_are_found_in_folders_exchanges_and_zips(tmp_path):
    data = notebook("x = 1")
    for name in ("ann.ipynb", "ben/04-softmax.ipynb", "ben/.ipynb_checkpoints/04-softmax.ipynb",
                 "cleo/04-softmax/04-softmax.ipynb", "cleo/other.ipynb", "notes.txt"):  # fmt: skip
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(data)
    found = find(tmp_path / "in", "04-softmax")
    assert [one.student for one in found] == ["ann", "ben", "cleo"]
    assert found[2].path.name == "04-softmax.ipynb"
    inside = [one.student for one in find(tmp_path, "04-softmax")]  # a folder round all others
    assert inside == ["ann", "ben", "cleo"]
    for hour in ("08", "10"):
        folder = tmp_path / "inbound" / f"ann+ch04+2026-11-28 {hour}:00:00 UTC+abc"
        folder.mkdir(parents=True)
        (folder / "04-softmax.ipynb").write_bytes(data)
    (last,) = find(tmp_path / "inbound", "04-softmax")
    assert (last.student, "10:00" in str(last.path)) == ("ann", True)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in ("Doe_Jane_123_assign/04-softmax.ipynb", "../../etc/evil.ipynb", "x/y.txt"):
            archive.writestr(name, data)
    found = find(tmp_path / "all.zip", "04-softmax")
    assert [one.student for one in found] == ["Doe_Jane_123_assign", "etc"]
    assert found[1].read() == data  # nothing is unpacked, so nothing can land elsewhere
    with pytest.raises(FileNotFoundError, match="neither a folder nor a zip"):
        find(tmp_path / "in" / "notes.txt", "04-softmax")


def test_names_are_harmless_and_different_students_stay_so(tmp_path):
    names = [
        "=cmd|' C calc'!A0",
        "Zoë",
        "zoë",
        "a b",
        "a_b",
        "a_b-2",
        "-",
        "@ann",
        "राम",
        "रिम",
        "𠀀" * 60,
    ]
    for name in names:
        (tmp_path / f"{name}.ipynb").write_bytes(notebook())
    students = [one.student for one in find(tmp_path, "04-softmax")]
    assert len(set(map(str.casefold, students))) == len(names)
    assert sorted(one.place for one in find(tmp_path, "04-softmax")) == sorted(names)
    assert not [student for student in students if student[0] in "=+-@"]
    assert {"ann", "राम", "रिम"} <= set(students)
    result = {"status": "graded", "outcomes": [], "by_hand": {}, "notes": []}
    results = [result | {"student": student} for student in students]
    classroom.feedback(results, Assignment("x", "s", {}), {}, tmp_path / "pages")
    results = [one | {"place": name} for one, name in zip(results, names, strict=True)]
    (head, *rows) = classroom.table(results, Assignment("x", "s", {}), {})
    assert head[-1] == "handed in as"
    assert [row[-1] for row in rows] == [f"'{name}" if name[0] in "=-@" else name for name in names]
    assert len(list((tmp_path / "pages").iterdir())) == len(names)


def test_links_pipes_and_giants_are_not_read(tmp_path):
    (tmp_path / "link.ipynb").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe.ipynb")
    with open(tmp_path / "giant.ipynb", "wb") as file:
        file.truncate(MOST + 1)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.ipynb", b"0" * (MOST + 1))
    for one in [*find(tmp_path, "04-softmax"), *find(tmp_path / "bomb.zip", "04-softmax")]:
        with pytest.raises(Unreadable):
            one.read()


# -------------------------------------------------------------------------------------- the class


@pytest.fixture
def handed_in(tmp_path):
    release(4, "a secret", tmp_path / "teacher")
    folder = tmp_path / "in"
    folder.mkdir()
    source = (tmp_path / "teacher" / "solutions.ipynb").read_bytes()
    for name, data in {
        "ann": source, "ben": (tmp_path / "teacher" / "04-softmax.ipynb").read_bytes(),
        "cleo": b"not json", "dan": notebook("while True: pass"), "eve": source,
    }.items():  # fmt: skip
        (folder / f"{name}.ipynb").write_bytes(data)
    return folder


@sandboxed
def test_a_class_is_released_checked_and_graded(handed_in, tmp_path, capsys):
    out = tmp_path / "term"
    assert main(["release", "--chapter", "4", "--seed", "a secret", "--out", str(out)]) == 0
    key = str(out / "key.json")
    assert oct(os.stat(key).st_mode)[-3:] == "600"
    assert "a secret" not in (out / "04-softmax.ipynb").read_text(encoding="utf-8")
    assert main(["check", "--key", key, "--as-root"]) == 0
    table = tmp_path / "grades.csv"
    order = ["grade", str(handed_in), "--key", key, "--out", str(table), "--as-root"]
    assert main([*order, "--seconds", "5", "--total", "40"]) == 0
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    total = {row["student"]: (row["points"], row["status"]) for row in rows}
    full = f"{sum(Assignment.load(key).points.values()):g}"  # but for what a person reads
    assert total == {
        "ann": (full, "graded"), "ben": ("0", "graded"), "cleo": ("0", "unreadable"),
        "dan": ("0", "graded"), "eve": (full, "graded"),
    }  # fmt: skip
    assert {row["waiting"] for row in rows if row["status"] == "unreadable"} == {"0"}
    nothing = {"student": "cleo", "outcomes": [], "by_hand": {}}
    assert not feedback.has_answers(nothing)
    assert feedback.to_come(nothing, Assignment.load(key), {}) == []
    assert {row["waiting"] for row in rows if row["status"] == "graded"} != {"0"}
    page = next((tmp_path / "grades-feedback").glob("cleo-*.html")).read_text(encoding="utf-8")
    assert "hand it in again" in page and "wait" not in page
    assert "commonest" not in capsys.readouterr().out  # nobody was wrong
    page = next((tmp_path / "grades-feedback").glob("dan-*.html")).read_text(encoding="utf-8")
    assert "time limit" in page
    before, results = table.read_bytes(), sorted((tmp_path / "grades-results").iterdir())
    written = [file.stat().st_mtime_ns for file in results]
    assert main([*order, "--seconds", "5", "--total", "40"]) == 0
    assert table.read_bytes() == before
    graded = [file.stat().st_mtime_ns for file in results]
    assert [a == b for a, b in zip(written, graded, strict=True)] == [
        "cleo" not in file.name
        for file in results  # what cannot be read is tried again
    ]
    for file in results:
        file.unlink()
    table.unlink()
    assert main([*order, "--seconds", "5", "--total", "40", "--jobs", "1"]) == 0
    assert table.read_bytes() == before


def test_the_same_secret_releases_the_same_bytes_and_nothing_of_the_instructors(tmp_path):
    for name in ("one", "two"):
        out = str(tmp_path / name)
        assert main(["release", "--chapter", "4", "--seed", "a secret", "--out", out]) == 0
    for file in ("04-softmax.ipynb", "04-softmax.zip", "key.json", "solutions.ipynb"):
        one, two = ((tmp_path / name / file).read_bytes() for name in ("one", "two"))
        assert one == two
    with zipfile.ZipFile(tmp_path / "one" / "04-softmax.zip") as archive:
        names = archive.namelist()
        everything = b"".join(map(archive.read, names)).decode()
        archive.extractall(tmp_path)
    assert not [name for name in names if "grading" in name]
    for secret in ("a secret", "BEGIN SOLUTION", "HIDDEN TESTS", "np.logaddexp(0, z) - y * z"):
        assert secret not in everything
    order = [sys.executable, "-I", "-c", RUN, str(tmp_path / "04-softmax")]
    done = subprocess.run(order, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("not written yet") == 6


#: Run a notebook in its folder, with the companion that lies beside it.
RUN = """
import json, os, sys
os.chdir(sys.argv[1])
sys.path.insert(0, sys.argv[1])
space = {}
for cell in json.load(open("04-softmax.ipynb", encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        exec("".join(cell["source"]), space)
assert space["companion"].__file__.startswith(sys.argv[1])
"""


def only_for_instructors(source):
    """Return the lines of a source that no student may see: they are nowhere in the book."""
    hidden = {fresh(name, BOOK).instead for name in IN_CODE}
    for cell in nbformat.read(source, as_version=4).cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("solution") and (marks["grade"] or marks["grade_id"] in hidden):
            region = cell.source.partition("### BEGIN SOLUTION")[2].partition("### END")[0]
            yield from (line.strip() for line in region.splitlines() if len(line) > 45)
        for region in re.findall("BEGIN HIDDEN TESTS\n(.*?)### END", cell.source, re.DOTALL):
            yield from (line.strip() for line in region.splitlines() if len(line) > 45)


@pytest.mark.parametrize("source", sorted(SOURCES.glob("*.ipynb")), ids=lambda path: path.stem)
def test_what_students_unpack_holds_nothing_of_the_instructors(source, tmp_path):
    notebook = student_version(handout(nbformat.read(source, as_version=4), "owner/name"))
    for name in ("one.zip", "two.zip"):
        packed(tmp_path / name, source.stem, nbformat.writes(notebook))
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        names = archive.namelist()
        everything = b"\n".join(map(archive.read, names)).decode()
    assert not [name for name in names if "grading" in name]
    secrets = [line for line in only_for_instructors(source) if not line.startswith("assert")]
    assert secrets
    modules = [path for path in (ROOT / "companion").rglob("*.py") if "grading" not in path.parts]
    own = [path.read_text(encoding="utf-8") for path in modules]
    for cell in nbformat.read(source, as_version=4).cells:
        own.append(re.sub("### BEGIN.*?### END", "", cell.source, flags=re.DOTALL))
    own = "\n".join(own)
    seen = [line for line in secrets if json.dumps(line)[1:-1] in everything and line not in own]
    assert not seen
    assert "### BEGIN" not in everything and "Points: " not in everything


@pytest.mark.parametrize("repository", ["owner/name", None])
def test_a_notebook_that_is_handed_out_gets_the_companion_where_it_is_missing(repository):
    source = nbformat.read(SOURCES / "04-softmax.ipynb", as_version=4)
    out = student_version(handout(source, repository))
    text = json.dumps(out)
    assert "](../" not in text
    assert ("github.com/owner/name/blob/HEAD/book/04-softmax.ipynb" in text) == bool(repository)
    first = next(cell for cell in out.cells if cell.cell_type == "code")
    assert first.source == installing(repository).source
    shell = InteractiveShell()
    shell.run_cell(first.source).raise_error()  # it is there: nothing happens
    called = []
    shell.register_magic_function(called.append, magic_name="pip")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "companion", None)  # as if it were not there
        result = shell.run_cell(first.source)
    if repository:
        assert called == ["install -q git+https://github.com/owner/name"]
    else:
        assert "put the folder companion" in str(result.error_in_exec)
    exec(as_python(first.source), {})  # where it is graded


def test_a_release_lays_out_a_course_of_nbgrader(tmp_path):
    order = ["release", "--chapter", "4", "--seed", "s", "--out", str(tmp_path / "x")]
    assert main([*order, "--nbgrader", str(tmp_path / "course")]) == 0
    source = tmp_path / "course" / "source" / "ch04" / "04-softmax.ipynb"
    assert source.read_bytes() == (tmp_path / "x" / "solutions.ipynb").read_bytes()


def test_what_is_asked_of_the_wrong_place_is_told(tmp_path, capsys):
    order = ["release", "--chapter", "4", "--seed", "s", "--out", str(tmp_path / "term")]
    assert main(order) == 0
    assert main(order) == 1
    assert "is there already: name a new folder" in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["term"]
    key = str(tmp_path / "term" / "key.json")
    assert main(["grade", str(tmp_path), "--key", key, "--out", str(tmp_path / "term")]) == 1
    assert "--out is a folder; name a table, such as" in capsys.readouterr().err


def test_a_release_needs_a_secret_a_chapter_and_a_new_folder(tmp_path):
    order = ["release", "--out", str(tmp_path / "x")]
    assert main([*order, "--chapter", "4", "--seed", " "]) == 1
    assert main([*order, "--chapter", "99", "--seed", "s"]) == 1
    (tmp_path / "x").mkdir()
    assert main([*order, "--chapter", "4", "--seed", "s"]) == 1


@sandboxed
def test_points_given_by_hand_are_kept(handed_in, tmp_path):
    essay = ByHand("essay", "Exercise 4.99: <an essay>", 4, "the rubric")
    key, table = tmp_path / "key.json", tmp_path / "grades.csv"
    Assignment("04-softmax", "s", {"softmax": 2}, [essay]).save(key)
    order = ["grade", str(handed_in), "--key", str(key), "--out", str(table), "--as-root"]
    order += ["--seconds", "5"]
    assert main(order) == 0
    assert "the rubric" in (tmp_path / "grades-by-hand" / "essay.html").read_text(encoding="utf-8")
    marks = tmp_path / "grades-by-hand.csv"
    rows = list(csv.DictReader(io.StringIO(marks.read_text(encoding="utf-8"))))
    assert [row["student"] for row in rows] == ["ann", "ben", "dan", "eve"]
    text = marks.read_text(encoding="utf-8").replace("ann,essay,,4,", "ann,essay,2.5,4,well <said>")
    marks.write_text(text, encoding="utf-8")
    assert main(order) == 0
    assert marks.read_text(encoding="utf-8") == text
    row = next(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    assert (row["points"], row["essay"], row["waiting"]) == ("4.5", "2.5", "0")
    page = next((tmp_path / "grades-feedback").glob("ann-*.html")).read_text(encoding="utf-8")
    assert "well &lt;said&gt;" in page and "the rubric" not in page
    (handed_in / "ann.ipynb").unlink()
    assert main(order) == 0
    kept = marks.read_text(encoding="utf-8")
    assert sorted(kept.splitlines()) == sorted(text.splitlines())  # her mark is still there
    marks.write_text(text.replace("2.5", "five"), encoding="utf-8")
    assert main(order) == 1
    marks.write_text(text.replace("2.5", "5"), encoding="utf-8")
    assert main(order) == 1


def test_grading_refuses_without_a_sandbox_and_says_so_on_every_row(
    handed_in, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr("companion.grading.__main__.isolation", lambda: "there is no bwrap")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    key, table = tmp_path / "key.json", tmp_path / "grades.csv"
    Assignment("04-softmax", "s", {"softmax": 2}).save(key)
    order = ["grade", str(handed_in), "--key", str(key), "--out", str(table)]
    assert main(order) == 1
    assert "apt install bubblewrap" in capsys.readouterr().err
    (handed_in / "dan.ipynb").unlink()
    assert main([*order, "--no-sandbox"]) == 0
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    assert [row["status"] for row in rows if row["status"] != "unreadable"] == [
        "graded without a sandbox"
    ] * 3
    assert rows[0]["points"] == "2"


def test_the_pages_name_the_limits_as_they_are():
    limits, pages = Limits(), [ROOT / "book" / name for name in ("grading.md", "students.md")]
    teacher, student = (page.read_text(encoding="utf-8") for page in pages)
    assert f"took more than {limits.seconds:g} seconds" in teacher
    assert f"the notebook more than {limits.total:g} (" in teacher
    assert f"more than {PRINTED:,} characters" in teacher
    assert f"more than {MOST / 1e6:.0f} MB" in teacher
    assert f"an empty folder of {limits.disk / 1e6:.0f} MB" in teacher
    assert f"{limits.memory / 1e9:g} GB of memory for a process, eight processes" in teacher
    assert (limits.processes, limits.seconds) == (8, 10)
    assert "each exercise, has ten seconds" in student


def test_grading_that_takes_too_long_here_is_ended(handed_in, tmp_path, monkeypatch):
    monkeypatch.setattr("companion.grading.classroom.PATIENCE", -9)
    monkeypatch.setattr("companion.grading.classroom.grade", lambda *a, **k: time.sleep(99))
    data = (handed_in / "ann.ipynb").read_bytes()
    result = classroom._graded(data, SOFTMAX, Limits(total=10), False, classroom._code())
    assert (result["status"], result["notes"]) == ("could not be graded", ["_OutOfTime"])


def test_workers_without_a_sandbox_are_refused(handed_in, tmp_path, monkeypatch):
    class Client:
        def __init__(self, address, timeout):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def nthreads(self):
            return {"tcp://10.0.0.2": 1}

        def run(self, function):
            assert function is isolation
            return {"tcp://10.0.0.2": "there is no bwrap on this machine"}

    monkeypatch.setattr("distributed.Client", Client)
    with pytest.raises(NoSandbox, match=r"on the worker tcp://10\.0\.0\.2: there is no bwrap"):
        classroom.run([], SOFTMAX, tmp_path, limits=Limits(), scheduler="tcp://10.0.0.1")


def test_a_worker_with_another_companion_is_refused():
    with pytest.raises(RuntimeError, match="another version of the companion"):
        classroom._graded(b"", SOFTMAX, Limits(), False, "another")


def certificates(folder):
    """Make what encrypts the talk of a cluster, as the page on grading tells."""
    order = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    order += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run([*order, "-subj", "/CN=grading"], check=True, capture_output=True)
    parts = ("CA_FILE", "cert"), ("CLIENT__CERT", "cert"), ("CLIENT__KEY", "key")
    parts += tuple(
        (f"{who}__{part.upper()}", part)
        for who in ("SCHEDULER", "WORKER")
        for part in ("cert", "key")
    )
    names = {f"DASK_DISTRIBUTED__COMM__TLS__{name}": f"{folder / part}.pem" for name, part in parts}
    return names | {"DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "true"}


@pytest.fixture
def cluster(tmp_path):
    """Start a scheduler and two workers that talk in secret; give its address and the workers."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    env = os.environ | certificates(tmp_path)
    dask, file = [sys.executable, "-m", "distributed.cli.dask_scheduler"], tmp_path / "cluster.json"
    quiet = {
        "env": env,
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "cwd": tmp_path,
    }
    order = [*dask, "--protocol", "tls", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    started = [subprocess.Popen([*order, "--scheduler-file", str(file)], **quiet)]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1"]
    worker += ["--scheduler-file", str(file), "--no-dashboard", "--host", "127.0.0.1"]
    started += [subprocess.Popen(worker, **quiet) for _ in range(2)]
    try:
        while not file.exists():
            time.sleep(0.1)
        yield json.loads(file.read_text())["address"], started[1:], env
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(30)


@sandboxed
def test_a_cluster_grades_as_this_machine_does_and_survives_a_worker(cluster, tmp_path):
    address, workers, env = cluster
    assert address.startswith("tls://")
    release(4, "a secret", tmp_path / "teacher")
    folder = tmp_path / "in"
    folder.mkdir()
    for i in range(12):
        shutil.copy(tmp_path / "teacher" / "solutions.ipynb", folder / f"s{i:02}.ipynb")
    (folder / "slow.ipynb").write_bytes(notebook("import time", "time.sleep(3)"))
    order = [sys.executable, "-m", "companion.grading", "grade", str(folder), "--as-root"]
    order += ["--key", str(tmp_path / "teacher" / "key.json")]
    here, there = (tmp_path / name / "grades.csv" for name in ("here", "there"))
    subprocess.run([*order, "--out", str(here)], check=True, capture_output=True, cwd=ROOT)
    with (tmp_path / "said.txt").open("w") as said:
        far = subprocess.Popen(
            [*order, "--out", str(there), "--scheduler", address],
            env=env, cwd=ROOT, stdout=said, stderr=said,
        )  # fmt: skip
    while far.poll() is None and not list((tmp_path / "there").glob("*-results/*.json")):
        time.sleep(0.05)
    workers[0].kill()
    assert far.wait(300) == 0, (tmp_path / "said.txt").read_text()
    assert there.read_bytes() == here.read_bytes()


def test_a_class_is_seen_at_a_glance(tmp_path):
    essay = ByHand("essay", "An <essay>", 4, "ours")
    outcomes = [
        {"name": "softmax", "status": status, "message": message}
        for status, message in (
            ("right", ""),
            ("wrong", "no\x1b[2J sum"),
            ("wrong", "no\x1b[2J sum"),
        )
    ]
    results = [
        {"student": f"s{i}", "outcomes": [one], "by_hand": {"essay": "<b>"}, "notes": []}
        for i, one in enumerate(outcomes)
    ]
    text = classroom.overview(results, Assignment("x", "s", {"softmax": 2}, [essay]))
    assert "33 % right" in text
    assert "the commonest, 2 of 2: no [2J sum" in text  # nothing that a terminal would obey
    classroom.to_read(results, Assignment("x", "s", {}, [essay]), tmp_path)
    page = (tmp_path / "essay.html").read_text(encoding="utf-8")
    assert page.count("&lt;b&gt;") == 3 and "<b>" not in page


def test_root_is_refused_unless_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("os.geteuid", lambda: 0)
    key = tmp_path / "key.json"
    Assignment("04-softmax", "s", {"softmax": 2}).save(key)
    assert main(["check", "--key", str(key)]) == 1
    assert "--as-root" in capsys.readouterr().err


def test_the_companion_inside_needs_the_standard_library_and_numpy_alone():
    code = (
        "import sys; import companion.grading.inside as inside; "
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"scipy", "sklearn", "matplotlib"} & set(done.stdout.split())


@sandboxed
def test_a_stand_in_is_called_as_the_function_is():
    exercise = import_module("companion.exercises.softmax")
    with Sandbox(Limits(), time.monotonic() + 60) as sandbox:
        outside = Outside(sandbox)
        outside.run(1, f"{SIGMOID}\n{RIGHT}\nprint('a cell')")
        softmax = outside.look("softmax")
        assert outside.look("nothing") is None
        trial = attempt(exercise, softmax, exercise.CASES[0])
        assert trial.changed == [False]
        outside.run(
            2, "def softmax(x):\n    print(len(x))\n    x[0] = 9\n    return 1 / np.zeros(1)"
        )
        trial = attempt(exercise, outside.look("softmax"), exercise.CASES[0])
        assert (trial.changed, trial.printed) == ([True], "3\n")
        assert trial.warned == ["divide by zero encountered in divide"]
