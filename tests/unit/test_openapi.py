"""The description of a dialect of two nouns, made from its handlers."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from litestar import Response, get, post
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter
from msgspec import UNSET, Meta, Struct, UnsetType

from shoal.dialects import openapi
from shoal.dialects.openapi import About, Errors, Part

Digits = Annotated[int | str, Meta(extra_json_schema={"pattern": "^[0-9]+$"})]


class Failure(Struct):
    message: str


class NewBerth(Struct):
    """A place for a ship."""

    name: str
    depth: Digits | None = None


class Berth(Struct):
    id: int
    kind: str = "berth"
    ship: str | None = None
    taken: bool | UnsetType = UNSET


class BerthQuery(Struct):
    limit: Annotated[int, Meta(ge=1)] = 10
    search: str | None = None


@post("/ports/{port_id:str}/berths", status_code=200)
async def create_berth(port_id: FromPath[str], payload: NamedDependency[NewBerth]) -> Response[Berth]:
    """Make a berth.

    The rest is for those who read the code.
    """
    raise NotImplementedError


@get("/ports/{port_id:str}/berths")
async def list_berths(port_id: FromPath[str], params: NamedDependency[BerthQuery]) -> list[Berth]:
    """Berths"""
    raise NotImplementedError


@post("/sign-in", security=[], response_headers=[ResponseHeader("X-Token", description="It.", documentation_only=True)])
async def sign_in(old: Annotated[str, HeaderParameter(name="X-Old-Token")]) -> None:
    """Come in."""


ERRORS = Errors("Port", Failure, {400: "It does not fit.", 404: "It is not there."})
ABOUT = About(
    title="Ports",
    version="1",
    description="All of them.",
    schemes={"token": {"type": "apiKey", "in": "header", "name": "X-Token"}},
    path_parameters={"port_id": Digits},
    response_headers={"X-Request-Id": "By which the log knows it."},
)


def described(*handlers: Any) -> Any:
    return openapi.document(ABOUT, [Part("Berths", handlers, ERRORS)])


def test_an_operation_is_called_as_its_function_and_summed_up_by_its_docstring() -> None:
    operation = described(create_berth)["paths"]["/ports/{port_id}/berths"]["post"]
    assert (operation["operationId"], operation["summary"]) == ("create_berth", "Make a berth")
    assert operation["tags"] == ["Berths"]


def test_two_methods_of_one_path_stand_together() -> None:
    assert described(create_berth, list_berths)["paths"]["/ports/{port_id}/berths"].keys() == {"get", "post"}


def test_the_body_is_the_type_of_the_payload() -> None:
    document = described(create_berth)
    body = document["paths"]["/ports/{port_id}/berths"]["post"]["requestBody"]
    assert body["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/NewBerth"}
    model = document["components"]["schemas"]["NewBerth"]
    assert model["required"] == ["name"]
    assert model["description"] == "A place for a ship."
    assert model["properties"]["depth"]["anyOf"][0] == {"type": ["integer", "string"], "pattern": "^[0-9]+$"}


def test_an_answer_always_has_what_has_a_default_and_nothing_that_is_not_named() -> None:
    model = described(create_berth)["components"]["schemas"]["Berth"]
    assert model["required"] == ["id", "kind", "ship"]
    assert model["properties"]["ship"] == {"type": ["string", "null"]}
    assert model["additionalProperties"] is False


def test_an_answer_may_be_a_list() -> None:
    answer = described(list_berths)["paths"]["/ports/{port_id}/berths"]["get"]["responses"]["200"]
    schema = {"type": "array", "items": {"$ref": "#/components/schemas/Berth"}}
    assert answer["content"]["application/json"]["schema"] == schema


def test_parameters_are_those_of_the_path_then_of_the_query() -> None:
    parameters = described(list_berths)["paths"]["/ports/{port_id}/berths"]["get"]["parameters"]
    assert [(it["name"], it["in"], it["required"]) for it in parameters] == [
        ("port_id", "path", True),
        ("limit", "query", False),
        ("search", "query", False),
    ]
    assert [it["schema"].get("type") for it in parameters] == [["integer", "string"], "integer", "string"]


def test_headers_in_and_out_are_described_and_security_can_be_taken_away() -> None:
    operation = described(sign_in)["paths"]["/sign-in"]["post"]
    assert operation["security"] == []
    assert [(it["name"], it["in"], it["required"]) for it in operation["parameters"]] == [
        ("X-Old-Token", "header", True)
    ]
    answer = operation["responses"]["201"]
    assert answer["headers"].keys() == {"X-Request-Id", "X-Token"}
    assert "content" not in answer


def test_every_operation_may_be_refused_in_the_shape_of_its_part() -> None:
    document = described(list_berths)
    responses = document["paths"]["/ports/{port_id}/berths"]["get"]["responses"]
    assert responses["404"] == {"$ref": "#/components/responses/Port404"}
    refusal = document["components"]["responses"]["Port404"]
    assert refusal["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Failure"}


def test_a_type_cannot_be_both_a_body_and_an_answer() -> None:
    @post("/berths")
    async def copy_berth(payload: NamedDependency[Berth]) -> Berth:
        raise NotImplementedError

    with pytest.raises(ValueError, match="both a body and an answer: Berth"):
        described(copy_berth)
