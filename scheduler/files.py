"""Writing files: whole or not at all, readable by their owner only."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scheduler.errors import OutputError
from scheduler.i18n import _


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
    except OSError as error:
        raise OutputError(
            _("cannot be written: {reason}").format(reason=_reason(error)),
            str(path),
            _("close the file if it is open elsewhere, check the disk and the folder's permissions"),
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _reason(error: OSError) -> str:
    """Return why a file cannot be written, in the user's language where the reason is a common one."""
    reasons = {
        errno.ENOSPC: _("the disk is full"),
        errno.EDQUOT: _("the disk is full"),
        errno.EFBIG: _("the file would be too large"),
        errno.EACCES: _("no permission"),
        errno.EPERM: _("no permission"),
        errno.EROFS: _("the disk is read-only"),
        errno.ENOTDIR: _("a file is where a folder should be"),
        errno.EEXIST: _("a file is where a folder should be"),
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
