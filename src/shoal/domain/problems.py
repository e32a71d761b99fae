"""Why one issue of a change is refused: the codes, and the sentence for each.

A refused issue is data, not an exception: the codes are stored with the bulk change and become sentences at the edge.
"""

from __future__ import annotations

NOT_FOUND = "not_found"
FORBIDDEN = "forbidden"
REQUIRED = "required"
NOT_IN_QUEUE = "not_in_queue"
NO_TRANSITION = "no_transition"
NO_WAY = "no_way"
NO_STATUS = "no_status"
NOT_ENDED = "not_ended"
CYCLE = "cycle"
NOT_MEMBER = "not_member"
NO_PARENT = "no_parent"
HAS_CHILDREN = "has_children"
STALE = "stale"
INVALID = "invalid"
INTERNAL = "internal"
CANCELLED = "cancelled"

SENTENCES = {
    NOT_FOUND: "The issue no longer exists.",
    FORBIDDEN: "No right to change this issue{detail}.",
    REQUIRED: "A value is required.",
    NOT_IN_QUEUE: "There is no {detail} in the queue of this issue.",
    NO_TRANSITION: "The transition {detail} is not available from the status of this issue.",
    NO_WAY: "No transition leads to that status from the status of this issue.",
    NO_STATUS: "The workflow of the target queue lacks the status of this issue.",
    NOT_ENDED: "A resolution is set by a transition to a final status.",
    CYCLE: "An issue cannot be above itself.",
    NOT_MEMBER: "The user {detail} is no member of the queue of this issue.",
    NO_PARENT: "An issue of the type {detail} is no parent for this one.",
    HAS_CHILDREN: "The issue has children of which an issue of this type cannot be the parent.",
    STALE: "The issue has version {detail} now.",
    INVALID: "{detail}",
    INTERNAL: "Shoal failed to change this issue; the log has the reason.",
    CANCELLED: "The bulk change was cancelled before the turn of this issue.",
}


def sentence(code: str, detail: str = "") -> str:
    """The sentence for a code, in English."""
    return SENTENCES[code].format(detail=detail)
