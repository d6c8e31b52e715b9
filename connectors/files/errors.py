"""What stops a whole file. The other files go on."""


class FileError(Exception):
    """A file that cannot be read; the message says where and what to do, for the operator."""
