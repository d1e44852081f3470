"""The messages that carry references to enrollments, packed by the hundred."""

from collections.abc import Iterable, Iterator, Sequence

from penguinmails.enrollments.enrollment import FIRST_RUN, Ref
from penguinmails.queues.port import Body

MOST_REFS = 100


def pack(refs: Iterable[Ref]) -> Iterator[Body]:
    """Write references as messages for the advance queue."""
    groups: dict[tuple[str, str, int], list[Ref]] = {}
    for ref in refs:
        groups.setdefault((ref.tenant, ref.campaign, ref.shards), []).append(ref)
    for (tenant, campaign, shards), members in groups.items():
        for start in range(0, len(members), MOST_REFS):
            part = members[start : start + MOST_REFS]
            yield {
                "tenant": tenant,
                "campaign": campaign,
                "shards": shards,
                "refs": [_short(ref) for ref in part],
            }


def unpack(body: Body) -> Sequence[Ref]:
    """Read the references of a message, each once."""
    tenant, campaign, shards = body["tenant"], body["campaign"], body["shards"]
    pairs = (short.partition("#") for short in dict.fromkeys(body["refs"]))
    return [Ref(tenant, campaign, shards, contact, run or FIRST_RUN) for contact, _, run in pairs]


def _short(ref: Ref) -> str:
    return ref.contact if ref.run == FIRST_RUN else f"{ref.contact}#{ref.run}"
