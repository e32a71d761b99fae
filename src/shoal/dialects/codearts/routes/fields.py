"""Custom fields."""

from __future__ import annotations

from litestar import Response, post
from litestar.params import FromPath, RawBody

from shoal.actions import fields, queues
from shoal.dialects import http
from shoal.dialects.codearts import rules
from shoal.dialects.codearts.dependencies import TheActor, TheDatabase
from shoal.dialects.codearts.read import fields as read
from shoal.dialects.codearts.replay import READING
from shoal.dialects.codearts.write import fields as write


@post("/v4/projects/{project_id:str}/issues/custom-fields", opt=READING)
async def list_fields(db: TheDatabase, actor: TheActor, project_id: FromPath[str], body: RawBody) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    wanted = read.wanted(body)
    types = await queues.list_types(db, actor, str(project.id))
    return http.json(write.listed(await fields.list_of_queue(db, actor, str(project.id)), types, wanted))


@post("/v3/{project_id:str}/custom-fields")
async def create_field(db: TheDatabase, actor: TheActor, project_id: FromPath[str], body: RawBody) -> Response[bytes]:
    project = await rules.project(db, actor, project_id)
    asked = read.new_field(body)
    made = await fields.create_named(db, actor, str(project.id), asked.field, form=asked.form)
    return http.json(write.created(made, tracker=asked.tracker))


handlers = [list_fields, create_field]
