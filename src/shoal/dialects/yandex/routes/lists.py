"""What Shoal does not have yet, and clients list all the same."""

from __future__ import annotations

from litestar import Response, get

from shoal.dialects import http


@get(["/linktypes", "/groups", "/filters", "/issueTemplates", "/commentTemplates"])
async def list_nothing() -> Response[bytes]:
    return http.json([])


handlers = [list_nothing]
