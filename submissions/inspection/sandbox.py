"""What a child of the helper may not do, from the moment before it sees a file's first byte.

Real, on Linux: at most 10 s of CPU a file, 512 MB of address space, small output, no core dump (rlimits); no new
privileges; and on x86-64 and ARM64 a system-call filter: no network, no new process or thread, no program started,
no file opened for writing, created, renamed or removed, no signal sent, no tracing. Where the filter cannot be set
(another machine, a kernel without it) the rest still holds and `restrict` says so. Not promised: that a child
cannot *read* files of the same account; what it reads it cannot take anywhere but into its answer, of which the
runner believes a few numbers and known words only.

Not here: the time on the wall and the ends of children (`runner.py`).
"""

import ctypes
import os
import platform
import resource
import struct

CPU_SECONDS = 10
ADDRESS_SPACE_BYTES = 512 * 1024 * 1024
OUTPUT_BYTES = 32 * 1024 * 1024
MOST_CPU_SECONDS = 600
"""Hard limit of a whole child; the soft one is set anew for each file."""

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | 1, 0x80000000  # refuse: EPERM
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_AT_NUMBER, _AT_ARCH, _AT_ARGUMENTS = 0, 4, 16
_X32_BIT = 0x40000000
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class _Machine:
    """Numbers of one architecture: its audit id, refused calls, calls that open (number → argument with flags)."""

    def __init__(self, arch: int, refused: list[int], opening: dict[int, int], *, has_x32: bool) -> None:
        self.arch = arch
        self.refused = refused
        self.opening = opening
        self.has_x32 = has_x32


# fmt: off
_MACHINES = {
    "x86_64": _Machine(0xC000003E, has_x32=True, opening={2: 1, 257: 2}, refused=[
        41, 42, 43, 44, 46, 49, 50, 53, 288, 299, 307,            # socket … sendmmsg
        56, 57, 58, 59, 322, 435,                                  # clone, fork, vfork, execve, execveat, clone3
        62, 129, 200, 234, 297, 424, 434, 438,                     # kill, sigqueue, tkill, tgkill, pidfd_*
        101, 310, 311, 298, 321, 323, 425, 426, 427,               # ptrace, process_vm_*, perf, bpf, userfaultfd, io_uring
        76, 82, 83, 84, 85, 86, 87, 88, 90, 91, 92, 93, 94, 132, 133, 235,
        258, 259, 260, 261, 263, 264, 265, 266, 268, 280, 316, 437, 452,  # everything that changes names and modes
        155, 161, 165, 166, 272, 304, 308, 319, 248, 249, 250, 188, 189, 190,
    ]),
    "aarch64": _Machine(0xC00000B7, has_x32=False, opening={56: 2}, refused=[
        198, 199, 200, 201, 202, 203, 206, 211, 242, 243, 269,
        220, 221, 281, 435,
        129, 130, 131, 138, 240, 424, 434, 438,
        117, 270, 271, 241, 280, 282, 425, 426, 427,
        33, 34, 35, 36, 37, 38, 45, 52, 53, 54, 55, 88, 276, 437, 452,
        39, 40, 41, 51, 97, 265, 268, 279, 217, 218, 219, 5, 6, 7,
    ]),
}
# fmt: on


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


def _filter_of(machine: _Machine) -> bytes:
    """The filter program: foreign architecture → killed; refused call → EPERM; opening for writing → EPERM."""
    program = [
        _instruction(_LOAD, _AT_ARCH),
        _instruction(_JUMP_EQUAL, machine.arch, 1, 0),
        _instruction(_RETURN, _KILL),
        _instruction(_LOAD, _AT_NUMBER),
    ]
    if machine.has_x32:
        program += [_instruction(_JUMP_AT_LEAST, _X32_BIT, 0, 1), _instruction(_RETURN, _KILL)]
    for number in machine.refused:
        program += [_instruction(_JUMP_EQUAL, number, 0, 1), _instruction(_RETURN, _REFUSE)]
    for number, flags_argument in machine.opening.items():
        program += [
            _instruction(_JUMP_EQUAL, number, 0, 4),
            _instruction(_LOAD, _AT_ARGUMENTS + 8 * flags_argument),
            _instruction(_JUMP_ANY_BIT, _WRITING, 0, 1),
            _instruction(_RETURN, _REFUSE),
            _instruction(_RETURN, _ALLOW),
        ]
    program.append(_instruction(_RETURN, _ALLOW))
    return b"".join(program)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def _prepare() -> _Program | None:
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return None
    code = _filter_of(machine)
    return _Program(len(code) // 8, code)


_PROGRAM = _prepare()
_libc = ctypes.CDLL(None, use_errno=True)
_M_MMAP_THRESHOLD, _M_TRIM_THRESHOLD = -3, -1


def keep_memory(size: int) -> None:
    """Take `size` bytes from the machine now and keep them for what is read later: a scan's picture is held as a whole, and
    to touch new memory takes longer than to fill it. Only where the C library lets itself be told (glibc)."""
    tell = getattr(_libc, "mallopt", None)
    if tell is None or not tell(_M_MMAP_THRESHOLD, 2 * size) or not tell(_M_TRIM_THRESHOLD, 2 * size):
        return
    _libc.malloc.restype, _libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
    held = _libc.malloc(ctypes.c_size_t(size))
    if held:
        ctypes.memset(held, 0, size)
        _libc.free(held)


def restrict() -> bool:
    """Take this process's rights away, for good. True when the system-call filter stands too."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    grant_cpu()
    if _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or _PROGRAM is None:
        return False
    return _libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(_PROGRAM), 0, 0) == 0


def grant_cpu() -> None:
    """Ten more seconds of CPU from now; called before each file."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (min(soft, MOST_CPU_SECONDS), MOST_CPU_SECONDS))
