"""What a student reads: a page with the points, and what is said of each answer.

And what an instructor reads: the answers that wait for a person, an exercise a page.
"""

from html import escape

__all__ = ["has_answers", "page", "reading", "to_come"]

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: auto; padding: 1rem }}
h2 {{ font-size: 1.15rem; margin: 2rem 0 0.25rem }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere; padding: 0.75rem; border: 1px solid #8888 }}
.points {{ font-weight: 600 }}
@media (prefers-color-scheme: dark) {{ body {{ background: #121212; color: #ddd }} }}
</style>
</head>
<body>
<h1>{title}</h1>
<p class="points">{total}</p>
{parts}
</body>
</html>
"""


def page(result, assignment, marks):
    """Return the page for one student's result, as HTML.

    Parameters
    ----------
    result : dict
        Of `classroom.run`.
    assignment : Assignment
    marks : dict
        The points given by hand, by (student, exercise).
    """
    parts, total = [], 0.0
    if result["status"] != "graded":
        again = "" if has_answers(result) else " Nothing in it could be graded: hand it in again."
        parts.append(f"<p>{escape(result['status'].capitalize())}.{again}</p>")
    for outcome in result["outcomes"]:
        total += outcome["points"]
        parts += _exercise(outcome)
    for one in assignment.by_hand:
        points, comment = marks.get((result["student"], one.name), ("", ""))
        total += points or 0
        if points != "":
            said = f"{points:g} of {one.points:g} points"
        else:
            said = "waits for a person" if has_answers(result) else "no answer that can be read"
        parts.append(f"<h2>{escape(one.title)}</h2>\n<p>{said}.</p>")
        if comment:
            parts.append(f"<p>{escape(comment)}</p>")
    if result["notes"]:
        parts.append(
            "<h2>While your cells were run</h2>\n<p>The other cells were run all the same. "
            "Experiments that import more of the companion than an exercise lists do not run here: "
            "such an error costs nothing, a person reads them.</p>"
        )
        parts.append(f"<pre>{escape(_short(result['notes']))}</pre>")
    left = sum(one.points for one in to_come(result, assignment, marks))
    said = f"{total:g} of {assignment.total:g} points"
    said += f"; {left:g} more wait for a person." if left else "."
    title = f"{escape(assignment.chapter)}: {escape(result['student'])}"
    return _PAGE.format(title=title, total=said, parts="\n".join(parts))


def has_answers(result):
    """Whether there is anything in a result that points can be given for."""
    return bool(result["outcomes"] or result["by_hand"])


def to_come(result, assignment, marks):
    """Return what a person has still to read of one student's result."""
    student = result["student"]
    return [one for one in assignment.by_hand if has_answers(result)
            and (student, one.name) not in marks]  # fmt: skip


def reading(one, results):
    """Return the page on which an instructor reads all answers to an exercise, as HTML.

    Parameters
    ----------
    one : ByHand
    results : list of dict
        Of `classroom.run`.
    """
    parts = [f"<h2>Our answer</h2>\n<pre>{escape(one.solution)}</pre>"]
    for result in results:
        answer = result["by_hand"].get(one.name)
        shown = f"<pre>{escape(answer)}</pre>" if answer else "<p>No cell of this name.</p>"
        parts.append(f"<h2>{escape(result['student'])}</h2>\n{shown}")
    total = f"{one.name}: {one.points:g} points"
    return _PAGE.format(title=escape(one.title), total=escape(total), parts="\n".join(parts))


def _exercise(outcome):
    name, status = escape(outcome["name"]), escape(outcome["status"])
    points = f"{outcome['points']:g} of {outcome['of']:g} points"
    yield f"<h2><code>{name}</code>: {status}, {points}</h2>"
    yield f"<p>{escape(outcome['message'][:1].upper() + outcome['message'][1:])}</p>"
    if wrong := [about for about, right in outcome["cases"] if not right]:
        right = len(outcome["cases"]) - len(wrong)
        if right and outcome["status"] != "not written":
            yield f"<p>{right} of {len(outcome['cases'])} hidden cases are right. Not right:</p>"
            yield "<ul>" + "".join(f"<li>{escape(about)}</li>" for about in wrong) + "</ul>"


def _short(notes):
    lines = [note if len(note) <= 300 else f"{note[:300]} …" for note in notes[:20]]
    return "\n".join(lines + [f"… ({len(notes) - 20} more)"] * (len(notes) > 20))
