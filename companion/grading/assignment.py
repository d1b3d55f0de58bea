"""What is graded: the exercises of a chapter, their points, and the secret of a term."""

import json
import re
from dataclasses import asdict, dataclass, field
from importlib import import_module
from pathlib import Path

__all__ = ["Assignment", "ByHand"]


@dataclass(frozen=True)
class ByHand:
    """An answer that a person reads."""

    name: str
    title: str
    points: float
    #: The answer that we would give, for whoever grades.
    solution: str


@dataclass(frozen=True)
class Assignment:
    """The exercises of a chapter, as an instructor gives them."""

    #: The name of the notebook, such as ``"04-softmax"``.
    chapter: str
    #: The hidden cases are drawn from it.
    secret: str
    #: The points of each exercise that is tried.
    points: dict
    #: Those that are read.
    by_hand: list = field(default_factory=list)
    #: What the students' notebook takes from the companion, such as ``"activations.relu"``.
    borrowed: list = field(default_factory=list)

    @classmethod
    def of(cls, source, chapter, secret):
        """Return the assignment of a source notebook, in nbgrader's format.

        Parameters
        ----------
        source : notebook
        chapter : str
            The name of the notebook.
        secret : str
        """
        points, by_hand, borrowed, title = {}, [], [], ""
        for cell in source["cells"]:
            text, marks = "".join(cell["source"]), cell["metadata"].get("nbgrader", {})
            if heading := re.search(r"^## (.+)$", text, re.MULTILINE):
                title = heading[1]
            if marks.get("grade") and marks.get("solution"):
                by_hand.append(ByHand(marks["grade_id"], title, marks["points"], text))
            elif marks.get("grade") and (name := re.search(r'companion\.check\("(\w+)', text)):
                points[name[1]] = marks["points"]
            elif marks.get("grade_id") == "imports":
                borrowed += _functions(text)
        return cls(chapter, secret, points, by_hand, borrowed)

    def save(self, path):
        """Write the assignment as JSON."""
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        Path(path).write_text(f"{text}\n", encoding="utf-8")

    @classmethod
    def load(cls, path):
        """Return the assignment that was saved."""
        saved = json.loads(Path(path).read_text(encoding="utf-8"))
        return cls(**saved | {"by_hand": [ByHand(**one) for one in saved["by_hand"]]})

    @property
    def total(self):
        """The points of everything together."""
        return sum(self.points.values()) + sum(one.points for one in self.by_hand)


def _functions(code):
    """Return the functions that a cell imports from modules of the companion."""
    lines = re.findall(r"^from companion\.(\w+) import (.+)$", code, re.MULTILINE)
    names = [(module, name) for module, line in lines for name in re.findall(r"\w+", line)]
    return [
        f"{module}.{name}"
        for module, name in names
        if not isinstance(getattr(import_module(f"companion.{module}"), name), type)
    ]
