"""The files of a folder in one zip, for the duty telephone: with a password, encrypted by AES-256."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from scheduler.errors import UsageError
from scheduler.files import whole_file
from scheduler.i18n import _


def write_pack(target: Path, folder: Path, password: str) -> None:
    """Write every file below a folder into a zip file, readable by its owner only.

    Parameters
    ----------
    target, folder : Path
    password : str
        Without one the zip is not encrypted.

    Raises
    ------
    UsageError
        When there is a password, and nothing installed that encrypts.
    OutputError
        When it cannot be written.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with whole_file(target) as temporary:
        if not password:
            with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as packed:
                for path in files:
                    packed.write(path, arcname=path.relative_to(folder).as_posix())
            return
        pyzipper = _encrypting()
        options = {"compression": zipfile.ZIP_DEFLATED, "encryption": pyzipper.WZ_AES}
        with pyzipper.AESZipFile(temporary, "w", **options) as packed:
            packed.setpassword(password.encode())
            for path in files:
                packed.write(path, arcname=path.relative_to(folder).as_posix())


def require_encryption() -> None:
    """Raise a UsageError when nothing is installed that encrypts a zip."""
    _encrypting()


def _encrypting() -> Any:
    try:
        import pyzipper
    except ImportError as error:
        what = _("this installation cannot encrypt a zip file")
        cure = _("install it with its extra: pip install 'scheduler[zip]', or leave the password empty")
        raise UsageError(what, "--zip", cure) from error
    return pyzipper
