"""Writing files: whole or not at all, readable by their owner only, by one process at a time."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from scheduler.errors import OutputError
from scheduler.i18n import _

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


_HELD = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}
_WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class PersonalFile:
    """A file that was written with people in it: for whom, how much of ID numbers it shows, of how many people."""

    path: Path
    reader: str
    level: str
    people: int


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it takes the place of `path`, on failure it is gone.

    Raises
    ------
    OutputError
        When the folder cannot be made or the file cannot be written (no room, no permission, open in Excel).
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.stem[:40]}-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        temporary.chmod(0o600)
        temporary.replace(path)
    except Exception as error:
        # xlsxwriter hands the system's error on in one of its own.
        cause = next((each for each in (error, *error.args) if isinstance(each, OSError)), None)
        if cause is None:
            raise
        raise unwritable(path, cause) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def unwritable(path: Path | str, error: OSError) -> OutputError:
    """Return the one line that says why `path` cannot be written."""
    return OutputError(
        _("cannot be written: {reason}").format(reason=reason_of(error)),
        str(path),
        _("close the file if it is open elsewhere, check the disk and the folder's permissions"),
    )


def reason_of(error: OSError) -> str:
    """Return what the system refused, in the user's language where the reason is a common one."""
    reasons = {
        errno.ENOSPC: _("the disk is full"),
        errno.EDQUOT: _("the disk is full"),
        errno.EFBIG: _("the file would be too large"),
        errno.EACCES: _("no permission"),
        errno.EPERM: _("no permission"),
        errno.EROFS: _("the disk is read-only"),
        errno.ENOTDIR: _("a file is where a folder should be"),
        errno.EEXIST: _("a file is where a folder should be"),
        errno.EISDIR: _("a folder is where the file should be"),
        errno.EIO: _("the disk reports an error"),
        errno.ENAMETOOLONG: _("the name is too long"),
        errno.EMFILE: _("too many files are open"),
        errno.ENOMEM: _("the memory is full"),
    }
    return reasons.get(error.errno or 0) or error.strerror or str(error)


def write_whole(path: Path, content: str | bytes) -> None:
    """Write `content` (text as UTF-8) to `path`, whole or not at all, mode 0600.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    data = content.encode() if isinstance(content, str) else content
    with whole_file(path) as temporary:
        temporary.write_bytes(data)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path` while the body runs; the system frees it when the process ends, however it ends.

    A file system without locks (some network shares) does without.

    Raises
    ------
    OutputError
        When the lock file cannot be written, or another process holds it for longer than a minute.
    """
    try:
        handle = _open_locked(path)
    except OSError as error:
        raise unwritable(path, error) from error
    try:
        yield
    finally:
        if sys.platform == "win32":
            os.close(handle)  # an open file cannot be deleted there
            with suppress(OSError):  # another process has opened it meanwhile, and will delete it
                path.unlink()
        else:
            path.unlink(missing_ok=True)
            os.close(handle)


def _open_locked(path: Path) -> int:
    """Return the handle of the lock file once it is ours; who waited for one that was deleted opens the next."""
    until = time.monotonic() + _WAIT_S
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _try_lock(handle)
            if os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        except FileNotFoundError:
            pass  # deleted by the one before
        except OSError as error:
            if error.errno in _NO_LOCKS:
                return handle
            if error.errno not in _HELD:
                os.close(handle)
                raise
        os.close(handle)
        if time.monotonic() > until:
            cure = _("wait until it has ended, then try again")
            raise OutputError(_("another run is writing there"), str(path.parent), cure)
        time.sleep(0.02)
