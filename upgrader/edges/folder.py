"""A folder that files are written into."""

from pathlib import Path

from upgrader.edges.files import read_text, write_file


class ProjectFolder:
    """The :class:`~upgrader.flows.init.Folder` on this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    def exists(self, path: str) -> bool:
        """Tell whether a file or folder is there; a dangling link is there too."""
        target = self.root / path
        return target.exists() or target.is_symlink()

    def read(self, path: str) -> str:
        """Return a text file."""
        return read_text(self.root / path)

    def write(self, path: str, text: str) -> None:
        """Write a text file whole or not at all."""
        write_file(self.root / path, text)
