"""The body of a request as it came, up to a limit."""

from starlette.requests import ClientDisconnect, Request


async def raw_body(request: Request, most: int) -> bytes | None:
    """The raw bytes, or None if there are too many or the sender hung up."""
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > most:
                return None
            chunks.append(chunk)
    except ClientDisconnect:
        return None
    return b"".join(chunks)
