"""python -m companion.grading: hand out, check, and grade the exercises of a chapter."""

import argparse
import os
import sys
from pathlib import Path

from companion.grading import classroom
from companion.grading.assignment import Assignment
from companion.grading.grade import grade
from companion.grading.release import release
from companion.grading.sandbox import Limits, NoSandbox, isolation
from companion.grading.submissions import cells, find


def main(arguments=None):
    """Run a command; return what the shell is told, 0 if all went well."""
    args = _parser().parse_args(arguments)
    mask = os.umask(0o077)  # what is written is nobody else's business
    try:
        return args.command(args)
    except (ValueError, OSError, RuntimeError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    finally:
        os.umask(mask)


def _parser():
    parser = argparse.ArgumentParser(prog="python -m companion.grading", description=__doc__)
    commands = parser.add_subparsers(required=True)
    give = commands.add_parser("release", help="write what students get, and your key")
    give.add_argument("--chapter", type=int, required=True)
    give.add_argument("--seed", required=True, help="a secret text; another one each term")
    give.add_argument("--out", type=Path, required=True, help="a new folder")
    give.add_argument("--nbgrader", type=Path, help="a course of nbgrader, to put the source in")
    give.set_defaults(command=_release)
    check = commands.add_parser("check", help="see whether grading works on this machine")
    check.add_argument("--key", type=Path, required=True, help="key.json, where release has put it")
    _sandbox(check)
    check.set_defaults(command=_check)
    grading = commands.add_parser("grade", help="grade what was handed in")
    grading.add_argument("submissions", type=Path, help="a folder or a zip")
    grading.add_argument("--key", type=Path, required=True, help="key.json of a release")
    grading.add_argument("--out", type=Path, required=True, help="the table, such as grades.csv")
    grading.add_argument("--jobs", type=int, help="how many at once (all cores)")
    grading.add_argument("--scheduler", help="the address of a dask scheduler, whose workers do it")
    grading.add_argument("--seconds", type=float, default=Limits.seconds, help="for a cell")
    grading.add_argument("--total", type=float, default=Limits.total, help="for a notebook")
    _sandbox(grading)
    grading.set_defaults(command=_grade)
    return parser


def _sandbox(parser):
    text = "run students' code with your own rights, with nothing around it"
    parser.add_argument("--no-sandbox", action="store_true", help=text)
    parser.add_argument("--as-root", action="store_true", help="grade although you are root")


def _isolated(args):
    """Return whether there is a sandbox; raise if there is none and nobody has agreed to that."""
    if args.no_sandbox:
        return False
    if os.geteuid() == 0 and not args.as_root:
        raise NoSandbox("you are root; grade as an ordinary user, or say --as-root")
    if why := isolation():
        install = "On Debian and Ubuntu: apt install bubblewrap"
        raise NoSandbox(f"{why}. {install}. With --no-sandbox students' code has all your rights.")
    return True


def _release(args):
    assignment = release(args.chapter, args.seed, args.out)
    print(f"{args.out / assignment.chapter}.ipynb and .zip: for your students;")
    print(f"{assignment.total:g} points in all.")
    print(f"{args.out / 'key.json'} and solutions.ipynb: for you alone; the key holds the secret.")
    if args.nbgrader:
        name = f"{assignment.chapter}.ipynb"
        place = args.nbgrader / "source" / f"ch{args.chapter:02}" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes((args.out / "solutions.ipynb").read_bytes())
        print(f"{place}: for nbgrader generate_assignment ch{args.chapter:02}")
    return 0


def _check(args):
    assignment, isolated = Assignment.load(args.key), _isolated(args)
    wrong = 0
    for name, wanted in (("solutions", "full"), (assignment.chapter, "no")):
        notebook = args.key.with_name(f"{name}.ipynb").read_bytes()
        code = [text for kind, text, _ in cells(notebook) if kind == "code"]
        outcomes, _ = grade(code, assignment, isolated=isolated)
        for one in outcomes:
            if one.points != (one.of if wanted == "full" else 0):
                wrong += 1
                print(f"{one.name}: {one.points:g} of {one.of:g} points for {name}.ipynb")
    print("The solutions score full points, blank notebooks none." if not wrong else "See above.")
    return int(wrong > 0)


def _grade(args):
    if args.out.is_dir():
        raise ValueError(f"--out is a folder; name a table, such as {args.out / 'grades.csv'}")
    assignment, isolated = Assignment.load(args.key), _isolated(args)
    submissions = find(args.submissions, assignment.chapter)
    if not submissions:
        raise FileNotFoundError(f"there is no notebook in {args.submissions}")
    beside = args.out.with_suffix("")
    marks_file = beside.with_name(f"{beside.name}-by-hand.csv")
    marks = classroom.given(marks_file)
    limits = Limits(seconds=args.seconds, total=args.total)
    results = classroom.run(
        submissions, assignment, beside.with_name(f"{beside.name}-results"),
        limits=limits, isolated=isolated, jobs=args.jobs,
        scheduler=args.scheduler,
    )  # fmt: skip
    classroom.save(args.out, classroom.table(results, assignment, marks))
    if assignment.by_hand:
        classroom.save(marks_file, classroom.waiting(results, assignment, marks))
        answers = marks_file.with_suffix("")
        classroom.to_read(results, assignment, answers)
        print(
            f"{answers}: the answers to read. {marks_file}: fill in the points, and run this again."
        )
    pages = beside.with_name(f"{beside.name}-feedback")
    classroom.feedback(results, assignment, marks, pages)
    print(f"{args.out}: the points. {pages}: a page for each student.\n")
    print(classroom.overview(results, assignment))
    return 0


if __name__ == "__main__":
    sys.exit(main())
