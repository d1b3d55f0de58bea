"""What a visitor meets first: the commands of README.md, and the files that GitHub reads."""

import re
from pathlib import Path

import numpy as np
import pytest
import yaml

import companion
from companion import gradient_check, layers, losses, optimizers
from companion._checks import as_float, fraction

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
WORKFLOW = ROOT / ".github" / "workflows" / "book.yml"


def read_yaml(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def commands_without_make():
    block = README.split("## The same without make")[1].split("```sh\n")[1].split("```")[0]
    return [line.split("  #")[0].strip() for line in block.splitlines()]


def test_the_workflow_runs_the_commands_of_the_readme():
    """On three systems; it differs in the virtual environment, and in the NumPy it tries."""
    run = [step["run"] for step in read_yaml(WORKFLOW)["jobs"]["pip"]["steps"] if "run" in step]
    run = [command.removesuffix(' "${{ matrix.numpy }}"') for command in run]
    commands = commands_without_make()
    assert commands[:2] == ["python -m venv .venv", ". .venv/bin/activate"]
    assert commands[2:] == run


def test_the_continuous_tests_run_the_two_commands():
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    two = [line.split("  #")[0].strip() for line in README.split("```sh\n")[1].splitlines()[:2]]
    assert two == ["make book", "make test"]
    assert [line for line in lines if line.startswith("make ")] == ["make environment", *two]


def test_every_make_target_that_is_named_exists():
    targets = set(
        re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    for name in ("README.md", "CONTRIBUTING.md", "book/index.md", "book/instructors.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert set(re.findall(r"(?:`|^)make\s+([a-z]+)", text, re.MULTILINE)) <= targets, name


def test_every_file_that_is_linked_exists():
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        for target in re.findall(
            r"\]\((?!https?:)([^)#]+)", (ROOT / name).read_text(encoding="utf-8")
        ):
            assert (ROOT / target).exists(), f"{name} links to {target}"


def test_the_workflow_asks_for_no_more_than_it_needs():
    workflow = read_yaml(WORKFLOW)
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        assert name == "publish" or "permissions" not in job
        for step in job["steps"]:
            assert step.get("uses", "").split("@")[0] in (
                "",
                "actions/checkout",
                "actions/setup-python",
            )


@pytest.mark.parametrize("form", ["text", "bug"])
def test_issue_forms_are_whole(form):
    content = read_yaml(ROOT / ".github" / "ISSUE_TEMPLATE" / f"{form}.yml")
    assert content["name"] and content["description"]
    ids = [field["id"] for field in content["body"]]
    assert len(ids) == len(set(ids))
    for field in content["body"]:
        assert field["type"] in ("input", "textarea")
        assert field["attributes"]["label"]


def test_the_citation_gives_the_version_of_the_package():
    citation = read_yaml(ROOT / "CITATION.cff")
    version = companion.__version__
    assert citation["version"] == version
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert citation["cff-version"] == "1.2.0"
    assert all(citation[key] for key in ("message", "title", "authors"))


def test_the_lines_for_data_of_your_own_run_and_learn(capsys):
    block = README.split("```python\n")[1].split("```")[0]
    exec(block, {})
    printed = float(capsys.readouterr().out)
    assert 0.9 < printed <= 1  # of 143 samples, two thirds are of one class


@pytest.fixture(scope="module")
def examples():
    """What the examples of CONTRIBUTING.md define; the last one is a call with dots in it."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    namespace = {"np": np, "as_float": as_float, "fraction": fraction}
    for module in (layers, losses, optimizers):
        namespace |= vars(module)
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL)[:-1]:
        exec(block, namespace)
    return namespace


def test_the_layer_of_the_contributors_guide_keeps_the_contract(examples):
    rng = np.random.default_rng(0)
    layer = examples["Scale"](4)
    layer.params["s"] = rng.normal(size=4)
    assert gradient_check.check_gradients(layer, rng.normal(size=(5, 4)), rng=rng)
    assert layer.params.decayed == ("s",)
    assert repr(layer) == "Scale(4)"
    inside = layers.Dense(4, 4, rng=rng), layers.Activation("tanh"), layers.Dropout(0.3, rng=rng)
    block = examples["Residual"](*inside)
    net = layers.Sequential(block, layers.Dense(4, 2, rng=rng))
    for training in (True, False):
        x = rng.normal(size=(5, 4))
        assert gradient_check.check_gradients(net, x, rng=rng, training=training)
    assert list(net.params) == ["0.0.W", "0.0.b", "1.W", "1.b"]


def test_the_other_examples_of_the_contributors_guide_are_right(examples):
    z = np.array([-1.5, 0.3, 2.0])
    slope = gradient_check.numerical_gradient(lambda z: examples["cubic"](z).sum(), z)
    np.testing.assert_allclose(examples["cubic_derivative"](z), slope, rtol=1e-9)
    target = np.array([0.5, 0.5, 0.5])
    _, gradient = examples["cubic_error"](z, target)
    slope = gradient_check.numerical_gradient(lambda z: examples["cubic_error"](z, target)[0], z)
    np.testing.assert_allclose(gradient, slope, rtol=1e-9)
    params = {"b": np.array([1.0, -1.0])}
    optimizer = examples["SignMomentum"](0.1)
    for _ in range(3):
        optimizer.step(params, {"b": np.array([2.0, -3.0])})
    np.testing.assert_allclose(params["b"], [0.7, -0.7])
