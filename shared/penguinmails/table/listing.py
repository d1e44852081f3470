"""Lists what lies in one partition or in several: no page is empty, unless the whole list is."""

from collections.abc import Sequence

from penguinmails.table.port import Item, Key, Page, Table, key_of


def listed(
    table: Table,
    partitions: Sequence[str],
    after: Key | None,
    limit: int,
    *,
    prefix: str = "",
    newest_first: bool = False,
) -> Page:
    """Read a page, from partition to partition until it is full or they end.

    It reads one item more than it shows, so that there is a next page only if something is on
    it. `after` is the `after` of an earlier page of the same list.
    """
    items: list[Item] = []
    for pk in partitions[partitions.index(after.pk) :] if after else partitions:
        page = table.query(
            pk,
            prefix=prefix,
            after=after,
            limit=limit + 1 - len(items),
            newest_first=newest_first,
        )
        items += page.items
        if len(items) > limit:
            return Page(items[:limit], key_of(items[limit - 1]))
        if page.after is not None:  # large items: a query reads 1 MB at most
            return Page(items, page.after)
        after = None
    return Page(items, None)
