"""Arrays by name: what is assigned arrives where it belongs, or an error says why not."""

import numpy as np
import pytest

from companion.arrays import Arrays, numbered
from companion.layers import Activation, Dense, Sequential


def network():
    first, second = (np.random.default_rng(seed) for seed in (0, 1))
    return Sequential(
        Dense(4, 3, rng=first), Activation("tanh"), Sequential(Dense(3, 2, rng=second))
    )


def test_what_is_assigned_to_a_network_arrives_in_its_layers():
    net, W = network(), np.arange(12.0).reshape(4, 3)
    net.params["0.W"] = W
    net.params.update({"0.b": [1, 2, 3], "2.0.b": np.float32([4, 5])})
    np.testing.assert_array_equal(net[0].params["W"], W)
    assert net[0].params["W"] is not W
    np.testing.assert_array_equal(net[2][0].params["b"], [4, 5])
    net.params["0.W"] -= 1
    np.testing.assert_array_equal(net[0].params["W"], W - 1)
    net.state()["0.b"] = [7, 7, 7]
    np.testing.assert_array_equal(net[0].params["b"], 7)


@pytest.mark.parametrize(
    "change, error, says",
    [
        (lambda p: p.__setitem__("0.W", np.ones(3)), ValueError, r"has shape \(4, 3\), .* \(3,\)"),
        (lambda p: p.__setitem__("0.W", 1.0), ValueError, r"has shape \(4, 3\), .* \(\)"),
        (lambda p: p.__setitem__("0.b", [1, 2, np.nan]), ValueError, "0.b must be finite"),
        (lambda p: p.__setitem__("0.b", "abc"), TypeError, "0.b must hold real numbers"),
        (lambda p: p.__setitem__("1.W", 1), KeyError, "no '1.W'; there are: 0.W, 0.b, 2.0.W"),
        (lambda p: p.update({"3.W": 1}), KeyError, "no '3.W'"),
        (lambda p: p.update({"0.b": [1, 2, 3], "0.W": [1]}), ValueError, r"has shape \(4, 3\)"),
        (lambda p: p.update({"0.b": [1, 2, 3], "3.W": 1}), KeyError, "no '3.W'"),
        (lambda p: p["W"], KeyError, "no 'W'"),
        (lambda p: p.pop("0.W"), TypeError, "belongs to its layer"),
        (lambda p: p.clear(), TypeError, "belongs to its layer"),
    ],
)
def test_what_cannot_be_assigned_is_refused_and_nothing_changes(change, error, says):
    net = network()
    before = {name: param.copy() for name, param in net.params.items()}
    with pytest.raises(error, match=says):
        change(net.params)
    for name, param in net.params.items():
        np.testing.assert_array_equal(param, before[name])


def test_arrays_behave_like_a_dictionary_and_say_their_shapes(tmp_path):
    net = network()
    assert repr(net.params).splitlines()[0] == "0.W: float64 (4, 3)"
    assert "0.W" in net.params
    assert "W" not in net.params
    assert {**net.params}.keys() == net.params.keys()
    np.savez(tmp_path / "net.npz", **net.params)
    assert list(np.load(tmp_path / "net.npz")) == list(net.params)
    some = net.params.only(["0.b", "0.W"])
    assert list(some) == ["0.b", "0.W"]
    assert some["0.W"] is net.params["0.W"]
    assert net.params.decayed == ("0.W", "2.0.W")
    assert some.decayed == ("0.W",)
    with pytest.raises(KeyError, match="no 'b'"):
        net.params.only(["b"])


def test_what_is_assigned_takes_the_type_of_what_is_there():
    arrays = Arrays({"W": np.zeros(2, np.float32)})
    arrays["W"] = np.array([0.1, 3])
    assert arrays["W"].dtype == np.float32
    np.testing.assert_array_equal(arrays["W"], np.float32([0.1, 3]))
    assert len(arrays) == 1


def test_what_an_array_cannot_hold_is_refused():
    arrays = Arrays({"W": np.zeros(2, np.float32)})
    with pytest.raises(ValueError, match="W must be finite, got inf"):
        arrays["W"] = [1.0, 1e300]
    assert not arrays["W"].any()


def test_a_name_that_decays_must_be_there():
    # A string is not a tuple of one, which the letters say.
    for wrong, said in ((["w"], "w"), ("mu", "m, u")):
        with pytest.raises(ValueError, match=rf"^decayed names {said}, which is not among"):
            Arrays({"W": np.zeros(2)}, decayed=wrong)


def test_what_decays_is_what_was_said():
    assert Arrays({"W": np.zeros(2)}).decayed == ()
    assert Arrays({"W": np.zeros(2), "b": np.zeros(1)}, decayed=["W"]).decayed == ("W",)


def test_numbered_joins_in_order():
    assert numbered([]) == {}
    assert list(numbered([{"b": 1}, {"W": 2, "b": 3}])) == ["0.b", "1.W", "1.b"]
    with pytest.raises(KeyError, match="there is no 'W'; there are: none"):
        Arrays({})["W"]
