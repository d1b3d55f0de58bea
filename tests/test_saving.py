"""A network comes back from a file as it was, and no other file gets in."""

import zipfile

import numpy as np
import pytest

from companion.layers import Activation, BatchNorm, Dense, Dropout, PReLU, Sequential
from companion.saving import load, save


def network(seed=0, *, hidden=5, dtype=np.float64):
    rng = np.random.default_rng(seed)
    head = Sequential(PReLU(hidden, dtype=dtype), Dense(hidden, 2, rng=rng, dtype=dtype))
    return Sequential(
        Dense(4, hidden, rng=rng, dtype=dtype),
        BatchNorm(hidden, dtype=dtype),
        Dropout(0.5, rng=rng),
        Activation("tanh"),
        head,
    )


def trained(dtype=np.float64):
    """Return a network in which each entry of the state, running statistics too, has moved."""
    net, rng = network(1, dtype=dtype), np.random.default_rng(2)
    for array in net.params.values():
        array += rng.normal(size=array.shape).astype(dtype)
    net.forward(rng.normal(3, 2, size=(8, 4)), training=True)
    return net


def copy_of(state):
    return {name: array.copy() for name, array in state.items()}


def assert_equal(a, b):
    assert list(a) == list(b)
    for name in a:
        np.testing.assert_array_equal(a[name], b[name], err_msg=name)


X = np.random.default_rng(3).normal(size=(6, 4))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_network_that_comes_back_predicts_the_same(tmp_path, dtype):
    net, other = trained(dtype), network(dtype=dtype)
    assert (other.forward(X) != net.forward(X)).any()
    save(net, tmp_path / "net.npz")
    load(other, tmp_path / "net.npz")
    np.testing.assert_array_equal(other.forward(X), net.forward(X))
    assert_equal(other.state(), net.state())
    assert {array.dtype for array in other.state().values()} == {np.dtype(dtype)}
    assert (other.layers[1].mean != 0).all()


def test_saving_changes_nothing(tmp_path):
    net = trained()
    before = copy_of(net.state())
    save(net, tmp_path / "net.npz")
    assert_equal(net.state(), before)


def test_a_file_with_nan_is_refused_and_changes_nothing(tmp_path):
    spoiled, net = trained(), network()
    spoiled.params["4.1.W"][0, 0] = np.nan
    save(spoiled, tmp_path / "net.npz")
    before = copy_of(net.state())
    with pytest.raises(ValueError, match=r"^4\.1\.W in net\.npz must be finite, got nan"):
        load(net, tmp_path / "net.npz")
    assert_equal(net.state(), before)


def test_loading_changes_arrays_in_place(tmp_path):
    save(trained(), tmp_path / "net.npz")
    net = network()
    state, mean = net.state(), net.layers[1].mean
    load(net, tmp_path / "net.npz")
    assert all(net.state()[name] is array for name, array in state.items())
    assert net.layers[1].mean is mean
    assert net.params["0.W"] is net.layers[0].params["W"]


def test_a_loaded_network_trains_on(tmp_path):
    save(trained(), tmp_path / "net.npz")
    net = network()
    load(net, tmp_path / "net.npz")
    net.forward(X, training=True)
    net.backward(np.ones((6, 2)))
    assert list(net.grads) == list(net.params)


@pytest.mark.parametrize("name", ["net", "net.npz", "net.weights", "net.tar.gz"])
@pytest.mark.parametrize("kind", [str, lambda path: path])
def test_the_file_has_the_name_that_was_given(tmp_path, name, kind):
    path = tmp_path / name
    save(trained(), kind(path))
    assert [found.name for found in tmp_path.iterdir()] == [name]
    load(network(), kind(path))


def test_a_second_save_replaces_the_first(tmp_path):
    save(trained(), tmp_path / "net")
    net = network()
    save(net, tmp_path / "net")
    other = trained()
    load(other, tmp_path / "net")
    assert_equal(other.state(), net.state())


def test_a_layer_alone_can_be_saved(tmp_path):
    layers = [Dense(2, 3, rng=np.random.default_rng(seed)) for seed in (0, 1)]
    save(layers[0], tmp_path / "layer")
    load(layers[1], tmp_path / "layer")
    assert_equal(layers[1].state(), layers[0].state())


def test_the_file_holds_arrays_that_numpy_reads_without_pickle(tmp_path):
    net = trained()
    save(net, tmp_path / "net.npz")
    with np.load(tmp_path / "net.npz", allow_pickle=False) as file:
        assert_equal(dict(file), net.state())


# ------------------------------------------------------------------------------------ wrong files


def write(state):
    """Return a function that writes these arrays to a file as a network's state."""

    def to(path):
        with open(path, "wb") as file:
            np.savez(file, **state)

    return to


def truncated(path):
    save(trained(), path)
    path.write_bytes(path.read_bytes()[:-200])


def damaged(path):
    """Write a file of which one byte of an array has turned."""
    save(trained(), path)
    content = bytearray(path.read_bytes())
    content[300] ^= 255
    path.write_bytes(content)


def other_zip(path):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("0.W", "no array")


def bare_array(path):
    with open(path, "wb") as file:
        np.save(file, np.ones(3))


def bare_object(path):
    with open(path, "wb") as file:
        np.save(file, np.array([{"a": 1}], dtype=object), allow_pickle=True)


STATE = trained().state()
WITHOUT_MEAN = {name: array for name, array in STATE.items() if name != "1.mean"}
NONE_OF_OURS = "wrong.npz does not hold a network: "

#: What is written, and what the error says.
WRONG = {
    "empty": (lambda path: path.write_bytes(b""), NONE_OF_OURS),
    "text": (lambda path: path.write_text("0.W = 1"), NONE_OF_OURS),
    "truncated": (truncated, NONE_OF_OURS),
    "damaged": (damaged, NONE_OF_OURS),
    "another zip": (other_zip, "wrong.npz and the network differ in|" + NONE_OF_OURS),
    "array": (bare_array, NONE_OF_OURS),
    "pickled object": (bare_object, NONE_OF_OURS),
    "array of objects": (
        write({**STATE, "0.W": np.array([[{"a": 1}]], dtype=object)}),
        NONE_OF_OURS + r"`save` did not write it \(ValueError\)$",
    ),
    "no arrays": (write({}), r"differ in: 0\.W, 0\.b, 1\.beta, "),
    "parameters alone": (write(WITHOUT_MEAN), r"wrong\.npz and the network differ in: 1\.mean$"),
    "one array too many": (write({**STATE, "9.W": np.ones(1)}), r"differ in: 9\.W$"),
    "wider": (
        lambda path: save(network(hidden=7), path),
        r"0\.W is float64 of shape \(4, 7\) in wrong\.npz, float64 of shape \(4, 5\) in the net",
    ),
    "broadcastable": (
        write({**STATE, "4.1.b": np.ones(1)}),
        r"4\.1\.b is float64 of shape \(1,\) in wrong\.npz, float64 of shape \(2,\)",
    ),
    "integers": (
        write({**STATE, "4.1.b": np.array([1, 2])}),
        r"4\.1\.b is int\d+ of shape \(2,\) in wrong\.npz, float64 of shape \(2,\)",
    ),
    "words": (write({**STATE, "4.1.b": np.array(["a", "b"])}), r"4\.1\.b is <U1 of shape"),
    "float32": (lambda path: save(trained(np.float32), path), r"0\.W is float32 of shape"),
}


@pytest.mark.parametrize("make, says", WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_refused_and_leaves_the_network_as_it_was(tmp_path, make, says):
    make(tmp_path / "wrong.npz")
    net = network()
    before = copy_of(net.state())
    with pytest.raises(ValueError, match=says):
        load(net, tmp_path / "wrong.npz")
    assert_equal(net.state(), before)


def test_reading_runs_no_code(tmp_path):
    ran = tmp_path / "ran"

    class Trap:
        def __reduce__(self):
            return (type(ran).touch, (ran,))

    write({**STATE, "0.W": np.array([[Trap()]], dtype=object)})(tmp_path / "trap.npz")
    with pytest.raises(ValueError, match=r"trap\.npz does not hold a network"):
        load(network(), tmp_path / "trap.npz")
    assert not ran.exists()
    with np.load(tmp_path / "trap.npz", allow_pickle=True) as file:
        assert file["0.W"] is not None  # the trap works
    assert ran.exists()


def test_a_file_or_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.npz"):
        load(network(), tmp_path / "none.npz")
    with pytest.raises(FileNotFoundError):
        save(network(), tmp_path / "nowhere" / "net.npz")
