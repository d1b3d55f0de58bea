"""A Python of its own for one student's code: no network, no files, little time and memory.

bubblewrap shows it the interpreter, the standard library and NumPy, all read-only, and an empty
folder in memory; prlimit bounds what it takes. Everything in it dies with it.
"""

import marshal
import os
import platform
import selectors
import shutil
import signal
import struct
import subprocess
import sys
import sysconfig
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

__all__ = ["Limits", "Sandbox", "Died", "TimeLimit", "NoSandbox", "isolation"]


@dataclass(frozen=True)
class Limits:
    """What one student's code may take."""

    #: Seconds for a cell, and for all calls of one exercise.
    seconds: float = 10
    #: Seconds for everything of one notebook, starts of the sandbox included.
    total: float = 60
    #: Bytes of memory for a process, and of its folder.
    memory: int = 1_000_000_000
    disk: int = 32_000_000
    #: Processes and threads.
    processes: int = 8
    #: Bytes that come out, in all and in one line.
    output: int = 500_000_000
    line: int = 4_000_000


class Died(BaseException):
    """The process ended by itself, or broke a limit that ends it."""


class TimeLimit(BaseException):
    """The time is over; the process was ended."""


class NoSandbox(RuntimeError):
    """There is nothing to keep students' code away from this machine."""


#: What the process is started with: it reads the modules that it needs, after their length (a line
#: would be read byte by byte).
_START = """\
import marshal, sys, types
pipe, start = sys.stdin.buffer.raw, b""
length = int(pipe.read(8))
while len(start) < length:
    start += pipe.read(length - len(start))
path, modules = marshal.loads(start)
sys.path += path
for name in ("companion", "companion.exercises", "companion.grading"):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = []
for name, code in modules.items():
    module = sys.modules[name] = types.ModuleType(name)
    exec(code, vars(module))
module.main()
"""
_MODULES = ("companion.exercises._places", "companion.grading.wire", "companion.grading.inside")


class Sandbox:
    """A process that answers requests, line by line.

    Parameters
    ----------
    limits : Limits
    deadline : float
        When, by `time.monotonic`, everything must be over.
    isolated : bool
        False: without any isolation, for code that is known.
    """

    def __init__(self, limits, deadline, *, isolated=True):
        self.limits, self.deadline, self._came, self._rest = limits, deadline, 0, b""
        with _calls_refused() as refused:
            command = [*_box(limits, refused), *_PYTHON] if isolated else [sys.executable, *_PYTHON]
            self._process = subprocess.Popen(
                [*command, _START],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"OPENBLAS_NUM_THREADS": "1", "LANG": "C.UTF-8"},
                start_new_session=True,
                pass_fds=[refused.fileno()],
                bufsize=0,
            )
        for pipe in (self._process.stdin, self._process.stdout):
            os.set_blocking(pipe.fileno(), False)
        path = [_HERE if isolated else str(Path(np.__file__).parents[1])]
        start = marshal.dumps((path, _modules()))
        self.until(limits.seconds)
        try:
            self._write(f"{len(start):08}".encode() + start)
        except BaseException:
            self.close()
            raise

    def until(self, seconds):
        """Give so many seconds from now on, as long as the whole has them."""
        self._seconds, self._end = seconds, min(time.monotonic() + seconds, self.deadline)

    def send(self, line):
        """Send a line."""
        self._write(line.encode() + b"\n")

    def _write(self, data):
        data = memoryview(data)
        while data:
            self._wait(self._process.stdin, selectors.EVENT_WRITE)
            try:
                data = data[os.write(self._process.stdin.fileno(), data[:65536]) :]
            except BlockingIOError:
                continue
            except OSError:
                raise Died("the process has ended") from None

    def receive(self):
        """Return the next line."""
        parts, length = [self._rest], len(self._rest)
        while b"\n" not in parts[-1]:
            self._wait(self._process.stdout, selectors.EVENT_READ)
            part = os.read(self._process.stdout.fileno(), 1_000_000)
            self._came, length = self._came + len(part), length + len(part)
            if not part:
                raise Died("the process has ended")
            if self._came > self.limits.output or length > self.limits.line:
                raise Died("it writes without end")
            parts.append(part)
        line, _, self._rest = b"".join(parts).partition(b"\n")
        return line.decode(errors="replace")

    def _wait(self, pipe, event):
        with selectors.DefaultSelector() as ready:
            ready.register(pipe, event)
            left = self._end - time.monotonic()
            if left <= 0 or not ready.select(left):
                raise TimeLimit(f"it takes more than {self._seconds:g} seconds")

    def close(self):
        """End the process and all that it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)  # a session of its own
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()


@cache
def _modules():
    """Return the modules' code, compiled: the Python inside is this one."""
    texts = {name: Path(find_spec(name).origin).read_text(encoding="utf-8") for name in _MODULES}
    return {name: compile(text, name, "exec") for name, text in texts.items()}


# ------------------------------------------------------------------------------------- bubblewrap

#: -I: no environment and no user's folders; -S: no site-packages; -B: no files of bytecode.
_PYTHON = ("-I", "-S", "-B", "-c")
#: Where NumPy stands in the sandbox.
_HERE = "/packages"


def isolation():
    """Return why nothing can be isolated here, or None."""
    if missing := [tool for tool in ("bwrap", "prlimit", "setpriv") if not shutil.which(tool)]:
        return f"there is no {' and no '.join(missing)} on this machine"
    if platform.machine() not in _REFUSED:
        return f"which calls of the kernel to refuse on {platform.machine()} is not known"
    code = f"import sys; sys.path += ['{_HERE}']; import numpy"
    try:
        with _calls_refused() as refused:
            done = subprocess.run(
                [*_box(Limits(), refused), *_PYTHON, code],
                capture_output=True,
                text=True,
                timeout=60,
                pass_fds=[refused.fileno()],
            )
    except subprocess.TimeoutExpired:
        return "bubblewrap does not come to an end"
    return None if done.returncode == 0 else f"bubblewrap does not work: {done.stderr.strip()}"


#: What would carry something from one sandbox to the next, or would take memory beyond the limit:
#: the kernel's keys, locks on files that all see, memory that is no process's own. For each machine
#: its number among seccomp's, and those of add_key, request_key, keyctl, flock, memfd_create,
#: shmget, msgget and semget.
_REFUSED = {
    "x86_64": (0xC000003E, [248, 249, 250, 73, 319, 29, 68, 64]),
    "aarch64": (0xC00000B7, [217, 218, 219, 32, 279, 194, 186, 190]),
}


@contextmanager
def _calls_refused():
    """Give a file with the filter of the kernel's calls, as bubblewrap takes it."""
    with tempfile.TemporaryFile() as file:
        file.write(_filter(*_REFUSED.get(platform.machine(), (0, []))))
        file.seek(0)
        yield file


def _filter(machine, refused):
    """Return a program for seccomp: what is refused, and every call of another machine, fails."""

    def line(code, if_so, if_not, number):
        return struct.pack("=HBBI", code, if_so, if_not, number)

    load, equal, at_least, give = 0x20, 0x15, 0x35, 0x06
    n, of_x32 = len(refused), 0x40000000  # calls of a second kind that x86-64 has
    allow, not_permitted = 0x7FFF0000, 0x00050001
    lines = [
        line(load, 0, 0, 4), line(equal, 0, n + 3, machine),
        line(load, 0, 0, 0), line(at_least, n + 1, 0, of_x32),
        *[line(equal, n - i, 0, number) for i, number in enumerate(refused)],
        line(give, 0, 0, allow), line(give, 0, 0, not_permitted),
    ]  # fmt: skip
    return b"".join(lines)


def _box(limits, refused):
    """Return the command that runs a Python in the sandbox, up to its own arguments."""
    root = os.geteuid() == 0
    shown, hidden = _files()
    namespaces = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    # An ordinary user gets a user namespace. Root drops to nobody instead: the number of processes
    # is never bounded for root.
    namespaces += ["--unshare-cgroup-try"] if root else ["--unshare-user", "--disable-userns"]
    rights = ["SETUID", "SETGID", "SETPCAP"] if root else []
    nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all"]
    return [
        "bwrap", *namespaces, "--die-with-parent", "--new-session", "--clearenv",
        "--cap-drop", "ALL", *(word for name in rights for word in ("--cap-add", f"CAP_{name}")),
        *shown, "--proc", "/proc", "--dev", "/dev",
        "--size", str(limits.disk), "--perms", "1777", "--tmpfs", "/tmp", "--chdir", "/tmp",
        *hidden, "--remount-ro", "/dev", "--remount-ro", "/",
        "--seccomp", str(refused.fileno()),
        "--setenv", "OPENBLAS_NUM_THREADS", "1", "--setenv", "LANG", "C.UTF-8",
        "--setenv", "HOME", "/tmp",
        *([shutil.which("setpriv"), "--no-new-privs", *nobody] if root else []),
        shutil.which("prlimit"), f"--as={limits.memory}", f"--cpu={int(limits.total) + 1}",
        f"--nproc={limits.processes}", f"--fsize={limits.disk}", "--nofile=64", "--core=0",
        os.path.realpath(sys.executable),
    ]  # fmt: skip


@cache
def _files():
    """Return the arguments that show the sandbox what it needs, and hide what lies among it."""
    python, numpy = Path(os.path.realpath(sys.executable)), Path(np.__file__).parent
    stdlib, library = Path(sysconfig.get_path("stdlib")), Path(sys.base_prefix, "lib")
    needed = [Path("/usr/bin"), Path("/usr/lib"), Path("/usr/lib64"), Path("/usr/lib32")]
    needed += [python, library, stdlib]
    shown = []
    for path in needed:
        if path.exists() and not any(path.is_relative_to(other) for other in shown):
            shown.append(path)
    binds = [(path, path) for path in shown]
    binds += [(numpy, f"{_HERE}/numpy")]
    if (libraries := numpy.with_name("numpy.libs")).exists():
        binds.append((libraries, f"{_HERE}/numpy.libs"))
    folders = {parent for _, place in binds for parent in Path(place).parents}
    arguments = []
    for folder in sorted(folders - {Path("/")}):
        if not any(folder == path or folder.is_relative_to(path) for path in shown):
            arguments += ["--perms", "0755", "--dir", str(folder)]
    for source, place in binds:
        arguments += ["--ro-bind", str(source), str(place)]
    for link in ("bin", "lib", "lib64", "lib32"):
        if (path := Path("/", link)).is_symlink():
            arguments += ["--symlink", os.readlink(path), str(path)]
        elif path.exists():
            arguments += ["--ro-bind", str(path), str(path)]
    if (caches := Path("/etc/ld.so.cache")).exists():
        arguments += ["--ro-bind", str(caches), str(caches)]
    hidden = []  # other people's packages, such as scipy.special, which holds a softmax
    for pattern in (
        "site-packages",
        "dist-packages",
        "python*/site-packages",
        "python*/dist-packages",
    ):
        for packages in sorted(found for folder in shown for found in folder.glob(pattern)):
            hidden += ["--tmpfs", str(packages), "--remount-ro", str(packages)]
    return arguments, hidden
