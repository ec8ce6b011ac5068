"""``resnet-viz --install-desktop``: launcher entry, icon and file type for the user's desktop.

The files follow the Desktop Entry and Shared MIME-info specifications of freedesktop.org.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from resnet_viz import assets
from resnet_viz.errors import UsageError
from resnet_viz.files import WriteError, atomic_write

MIME_TYPE: Final = "application/x-keras"
_ENTRY: Final = """\
[Desktop Entry]
Type=Application
Name=resnet-viz
Comment=See a Keras model as it really is
Exec={command} %f
Icon=resnet-viz
Terminal=false
Categories=Science;Education;Development;
MimeType={mime};
StartupWMClass=resnet-viz
"""
_FILE_TYPE: Final = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{MIME_TYPE}">
    <comment>Keras model</comment>
    <glob pattern="*.keras"/>
  </mime-type>
</mime-info>
"""
_RESERVED: Final = '"`$\\'
_PATIENCE_S: Final = 30


def install_desktop(*, data_folder: Path | None = None) -> tuple[Path, ...]:
    """Install for this user, replacing an earlier installation; returns the files.

    Args:
        data_folder: by default ``$XDG_DATA_HOME``, else ``~/.local/share``.

    Raises:
        UsageError: the system is none whose desktops know such entries.
        WriteError: a file can't be written.
    """
    if not sys.platform.startswith(("linux", "freebsd")):
        raise UsageError(
            "Launcher entries are installed on Linux only; elsewhere start resnet-viz."
        )
    folder = data_folder or _data_folder()
    entry = _ENTRY.format(command=program_command(), mime=MIME_TYPE)
    files = {
        folder / "applications" / "resnet-viz.desktop": entry.encode(),
        folder / "mime" / "packages" / "resnet-viz.xml": _FILE_TYPE.encode(),
        folder / "icons" / "hicolor" / "scalable" / "apps" / "resnet-viz.svg": assets.read_bytes(
            "icons/resnet-viz.svg"
        ),
    }
    for path, content in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise WriteError(f"The folder {path.parent} can't be made ({reason}).") from error
        with atomic_write(path) as file:
            file.write(content)
    _refresh("update-mime-database", folder / "mime")
    _refresh("update-desktop-database", folder / "applications")
    return tuple(files)


def program_command() -> str:
    """The command that starts this installation, quoted as the Exec key needs it."""
    script = Path(sys.executable).with_name("resnet-viz")
    words = [str(script)] if script.is_file() else [sys.executable, "-m", "resnet_viz"]
    return " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    word = word.replace("%", "%%")
    escaped = "".join(f"\\{letter}" if letter in _RESERVED else letter for letter in word)
    # The file's own escapes come on top: a backslash is written twice.
    return f'"{escaped}"'.replace("\\", "\\\\") if not word.isalnum() else word


def _data_folder() -> Path:
    given = os.environ.get("XDG_DATA_HOME", "")
    return Path(given) if given.startswith("/") else Path.home() / ".local" / "share"


def _refresh(program: str, folder: Path) -> None:
    """Let the desktop's caches know; without the program they are made anew at the next login."""
    path = shutil.which(program)
    if path is not None:
        subprocess.run([path, str(folder)], capture_output=True, timeout=_PATIENCE_S, check=False)
