"""The dialect's own description, OpenAPI 3.1, at `GET /openapi/codearts.json`; for everybody, without a credential.

`operations` is the table of what can be asked, `answers.txt` and `bodies.txt` those of the models, `words` the forms
that a value in a body may have; `models` and `document` put them together. Nothing here is consulted when a request is
answered: that routes, answers and this description agree is what the tests are for.
"""

from __future__ import annotations

from functools import cache

import msgspec
from litestar import Response, Router, get
from litestar.datastructures import Headers
from litestar.enums import MediaType

from shoal.dialects.codearts import errors
from shoal.dialects.codearts.openapi import document
from shoal.dialects.front import Dialect

PATH = "/openapi/codearts.json"


@get(PATH)
async def get_document() -> Response[bytes]:
    return Response(_encoded(), media_type=MediaType.JSON)


@cache
def _encoded() -> bytes:
    return msgspec.json.encode(document.build())


def dialect() -> Dialect:
    """Claims its one path, whatever the caller shows."""
    return Dialect("codearts-openapi", [Router("/", route_handlers=[get_document])], claims, None, errors.refuse)


def claims(path: str, headers: Headers) -> bool:
    return path.rstrip("/") == PATH
