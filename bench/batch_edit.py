"""The batch edit of the CodeArts API, which does its work while the caller waits, beside the same change through the
engine."""

from __future__ import annotations

import time

import httpx2 as httpx

from bench.shoal import Server

PEOPLE = 2
"""Members that the items go to in turn, so that each edit has every item to change."""


class BatchEdit:
    """A client of the CodeArts API with an IAM token, for the items of TEST."""

    def __init__(self, server: Server, ids: list[int]) -> None:
        self.variables = server.variables
        self.ids = ids
        self.client = httpx.Client(base_url=self.variables["SHOAL_URL"], timeout=60)
        self.client.headers["X-Auth-Token"] = self._token()
        path = f"/v4/projects/{self.variables['SHOAL_PROJECT_ID']}/members"
        members = self.client.get(path, params={"limit": PEOPLE}).json()["members"]
        self.people = [str(member["user_num_id"]) for member in members]

    def edit(self, to: int) -> float:
        """Give all items to the one member or the other; the seconds it took."""
        body = {
            "assigned_to_id": self.people[to % PEOPLE],
            "issue_ids": ",".join(map(str, self.ids)),
            "project_id": self.variables["SHOAL_PROJECT_ID"],
        }
        began = time.perf_counter()
        answer = self.client.post("/v2/workitem/issues", json=body)
        took = time.perf_counter() - began
        assert len(answer.json()["result"]["success_issues"]) == len(self.ids), answer.text
        return took

    def _token(self) -> str:
        user = {
            "name": self.variables["SHOAL_IAM_USER"],
            "password": self.variables["SHOAL_IAM_PASSWORD"],
            "domain": {"name": self.variables["SHOAL_IAM_DOMAIN"]},
        }
        body = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}}
        return self.client.post("/v3/auth/tokens", json=body).headers["X-Subject-Token"]
