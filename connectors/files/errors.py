"""What stops a whole file. The other files go on."""

from hub.plugin import rows


class FileError(rows.TableError):
    """A file that cannot be read; the message says where and what to do, for the operator."""
