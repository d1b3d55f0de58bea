"""Grade everything that was handed in: all cores, a table, and nothing lost when it is interrupted.

Each result is written to a file of its own as soon as it is there. A run that starts again takes
what it finds, as long as notebook, assignment and companion are still the same.
"""

import csv
import io
import json
import multiprocessing
import os
import signal
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import current_thread, main_thread

from tqdm import tqdm

try:
    import resource
except ImportError:  # on Windows
    resource = None

from companion.grading.feedback import has_answers, page, reading, to_come
from companion.grading.grade import grade
from companion.grading.sandbox import NoSandbox, isolation
from companion.grading.submissions import Unreadable, cells

__all__ = ["run", "table", "given", "waiting", "save", "feedback", "to_read", "overview"]

#: The columns of the table of points given by hand.
MARKS = ("student", "exercise", "points", "of", "comment")


def run(submissions, assignment, folder, *, limits, isolated=True, jobs=None, scheduler=None):
    """Grade submissions, each in a process of its own.

    Parameters
    ----------
    submissions : list of Submission
    assignment : Assignment
    folder : path
        Where the results are kept.
    limits : Limits
    isolated : bool
    jobs : int, optional
        How many at once; by default as many as there are cores.
    scheduler : str, optional
        The address of a dask scheduler, such as ``"tcp://10.0.0.1:8786"``: its workers do it.

    Returns
    -------
    list of dict
        A result for each, in the order of the submissions.
    """
    folder, running = Path(folder), {}
    folder.mkdir(parents=True, exist_ok=True)
    os.chmod(folder, 0o700)
    bar = tqdm(total=len(submissions), unit="notebook", disable=None)

    def collect(at_most):
        """Keep the results that are there, until at most so many tasks are left."""
        while len(running) > at_most:
            for task in wait(running, return_when=FIRST_COMPLETED).done:
                submission, mark = running.pop(task)
                _keep(folder, submission, mark, _outcome(task))
                bar.update()

    pool_of = _cluster(scheduler, isolated) if scheduler else _processes(jobs)
    with pool_of as (pool, workers), bar:
        for submission in submissions:
            try:
                data = submission.read()
            except Unreadable as error:
                _keep(folder, submission, "", _failed("unreadable", str(error)))
                bar.update()
                continue
            mark = _mark(data, assignment, limits, isolated)
            if (_kept(folder, submission) or {}).get("mark") == mark:
                bar.update()
                continue
            collect(2 * workers)  # so few notebooks are in memory at the same time
            task = pool.submit(_graded, data, assignment, limits, isolated, _code())
            running[task] = submission, mark
        collect(0)
    return [_kept(folder, submission) for submission in submissions]


@contextmanager
def _processes(jobs):
    """Give processes of this machine, and how many they are."""
    workers = jobs or os.cpu_count()
    context = multiprocessing.get_context("spawn")  # a fork would take our memory along
    with ProcessPoolExecutor(workers, context, _bounded) as pool:
        yield pool, workers


@contextmanager
def _cluster(address, isolated):
    """Give the workers of a dask cluster, and how many they are."""
    try:
        from distributed import Client
    except ImportError:
        raise RuntimeError(
            'dask is not installed: pip install "neural-networks-you-can-check[cluster]"'
        ) from None
    with Client(address, timeout=30) as client:
        threads = client.nthreads()
        if not threads or set(threads.values()) != {1}:
            raise RuntimeError(
                f"a worker must have one thread (dask worker {address} --nthreads 1 --nworkers N); "
                f"these have {sorted(threads.values())}"
            )
        for worker, why in client.run(isolation).items() if isolated else ():
            if why:
                raise NoSandbox(f"on the worker {worker}: {why}")
        client.register_worker_callbacks(_bounded)
        yield client.get_executor(pure=False), len(threads)


def _outcome(task):
    """Return what a task has found, whatever has happened to it."""
    try:
        return task.result()
    except BrokenProcessPool:
        said = "a process that graded was ended from outside, perhaps for its memory"
        raise RuntimeError(f"{said}: run this again, with fewer --jobs") from None
    except _Differs:
        raise
    except Exception as error:  # dask: workers have died of it
        return _failed("could not be graded", type(error).__name__)


class _Differs(RuntimeError):
    """A worker has another companion."""


#: What this side of the line may take for one notebook: bytes, and seconds beyond the limits.
MEMORY, PATIENCE = 3_000_000_000, 60


def _bounded():
    """Bound what a process that grades takes; what a student sends is read here."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _graded(data, assignment, limits, isolated, code):
    """Return the result of one notebook; whatever it is, it does no harm to the others."""
    if code != _code():
        raise _Differs("a worker has another version of the companion: install the same everywhere")
    try:
        with _alarm(limits.total + PATIENCE):
            found = cells(data)
            given = [text for kind, text, _ in found if kind == "code"]
            outcomes, notes = grade(given, assignment, limits, isolated=isolated)
    except Unreadable as error:
        return _failed("unreadable", str(error))
    except (Exception, _OutOfTime) as error:
        return _failed("could not be graded", type(error).__name__)
    wanted = {one.name for one in assignment.by_hand}
    return {
        "status": "graded" if isolated else "graded without a sandbox",
        "notes": notes,
        "outcomes": list(map(asdict, outcomes)),
        "by_hand": {name: text for _, text, name in found if name in wanted},
    }


def _failed(status, why):
    return {"status": status, "notes": [why], "outcomes": [], "by_hand": {}}


class _OutOfTime(BaseException):
    """Grading took too long; no Exception, so that nothing on the way takes it for a student's."""


@contextmanager
def _alarm(seconds):
    """Raise `_OutOfTime` after so many seconds, where alarms are to be had."""

    def ring(number, frame):
        raise _OutOfTime

    if not hasattr(signal, "setitimer") or current_thread() is not main_thread():
        yield  # on Windows, and on a worker of dask
        return
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _keep(folder, submission, mark, result):
    """Keep a result; one that has failed is tried again the next time."""
    mark = mark if result["status"].startswith("graded") else ""
    result = {"student": submission.student, "place": submission.place, "mark": mark} | result
    write(_place(folder, submission), json.dumps(result))


def _mark(data, assignment, limits, isolated):
    """Return a text that is another one if anything that decides on the result has changed."""
    parts = (data, repr(assignment).encode(), repr((limits, isolated)).encode(), _code().encode())
    return sha256(b"".join(sha256(part).digest() for part in parts)).hexdigest()


@cache
def _code():
    """Return a text that is another one for another companion."""
    files = sorted(Path(__file__).parents[1].rglob("*.py"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _place(folder, submission):
    return Path(folder) / f"{_short(submission.student)}.json"


def _short(student):
    """Return a name for a student's file: not too long, and different if only the case differs."""
    number = sha256(student.encode()).hexdigest()[:8]
    return f"{student.encode()[:100].decode(errors='ignore')}-{number}"


def _kept(folder, submission):
    try:
        return json.loads(_place(folder, submission).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def write(path, text):
    """Write a file so that it is there whole or, if this is interrupted, as it was before."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8", errors="replace", newline="")
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


# ------------------------------------------------------------------------------------------ tables


def table(results, assignment, marks):
    """Return the table of points: a row for each student, a list for each row, the first of names.

    Parameters
    ----------
    results : list of dict
        Of `run`.
    assignment : Assignment
    marks : dict
        The points given by hand, by (student, exercise).
    """
    by_hand = [one.name for one in assignment.by_hand]
    names = [*assignment.points, *by_hand]
    rows = [["student", "points", "of", "waiting", "status", *names]]
    rows[0] += [*(f"{name}: status" for name in assignment.points), "handed in as"]
    for result in results:
        outcomes = {outcome["name"]: outcome for outcome in result["outcomes"]}
        earned = {name: outcomes.get(name, {"points": 0})["points"] for name in assignment.points}
        for name in by_hand:
            earned[name] = marks.get((result["student"], name), ("", ""))[0]
        total = round(sum(points for points in earned.values() if points != ""), 2)
        left = sum(one.points for one in to_come(result, assignment, marks))
        row = [result["student"], total, assignment.total, left, result["status"]]
        row += [earned[name] for name in names]
        row += [outcomes.get(name, {"status": ""})["status"] for name in assignment.points]
        row.append(_no_formula(result["place"]))
        rows.append([_plain(value) for value in row])
    return rows


def _plain(value):
    """Return a number without a useless .0; `submissions` sees to it that no name is a formula."""
    return f"{value:g}" if isinstance(value, float) else value


def _no_formula(text):
    """Return a text that a program for tables takes for a text."""
    return f"'{text}" if text[:1] in "=+-@\t\r\n" else text


def save(path, rows):
    """Write rows as CSV, whole or not at all."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    write(path, text.getvalue())


def given(path):
    """Return the points given by hand, with comments, from a table that a person has filled in.

    Raises
    ------
    ValueError
        If a number is none, or a row has no student.
    """
    if not Path(path).exists():
        return {}
    marks = {}
    with open(path, encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            if missing := set(MARKS) - set(row):
                raise ValueError(f"{path} needs the columns {', '.join(MARKS)}; no {missing.pop()}")
            if not (row["points"] or "").strip():
                continue
            try:
                points, of = float(row["points"]), float(row["of"])
            except ValueError:
                raise ValueError(f"{path}, line {number}: no number: {row['points']!r}") from None
            if not 0 <= points <= of:
                raise ValueError(f"{path}, line {number}: {points:g} points of {of:g}")
            marks[row["student"], row["exercise"]] = points, row["comment"] or ""
    return marks


def waiting(results, assignment, marks):
    """Return the table to fill in: a row for each answer that a person reads."""
    rows, of = [list(MARKS)], {one.name: one.points for one in assignment.by_hand}
    readable = [result["student"] for result in results if has_answers(result)]
    wanted = dict.fromkeys([(student, name) for student in readable for name in of] + [*marks])
    for student, name in wanted:  # a mark is kept, also of somebody who is not there today
        points, comment = marks.get((student, name), ("", ""))
        rows.append([_plain(value) for value in (student, name, points, of.get(name, ""), comment)])
    return rows


def feedback(results, assignment, marks, folder):
    """Write a page for each student."""
    for result in results:
        name = f"{_short(result['student'])}.html"
        write(Path(folder, name), page(result, assignment, marks))


def to_read(results, assignment, folder):
    """Write a page for each exercise whose answers a person reads."""
    for one in assignment.by_hand:
        write(Path(folder, f"{one.name}.html"), reading(one, results))


def overview(results, assignment):
    """Return, as text, how a class has done: each exercise, and its commonest mistake."""
    lines = [f"{assignment.chapter}, handed in: {len(results)}"]
    for name in assignment.points:
        found = [o for r in results for o in r["outcomes"] if o["name"] == name]
        counts = Counter(outcome["status"] for outcome in found)
        share = counts["right"] / max(len(results), 1)
        lines.append(f"\n{name:28} {'█' * round(20 * share):20} {100 * share:3.0f} % right")
        lines += [f"    {n:4} {status}" for status, n in counts.most_common()]
        wrong = [o["message"] for o in found if o["status"] in ("wrong", "partly right")]
        for message, n in Counter(wrong).most_common(1):
            message = "".join(c if c.isprintable() else " " for c in message[:200])
            lines.append(f"    the commonest, {n} of {len(wrong)}: {message}")
    return "\n".join(lines)
