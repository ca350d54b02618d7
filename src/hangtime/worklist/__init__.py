"""The coder's worklist: what waits, how sure it is, what money hangs on it, and how the site does.

    item = Item(...)                              # one visit as the list shows it
    keep(connection, item)                        # written with the entry that changed it
    find_items(engine, Wanted(site_ids), by="age")  # a page, whatever the number of items
    judge(outcome, prices)                        # sure, look or gap; and what is at stake

Nothing here knows a web page, a role or the ledger; `hangtime.visits` feeds it.
"""

from hangtime.worklist.figures import Figures, figures
from hangtime.worklist.finding import (
    Counted,
    Order,
    Page,
    UnknownCursor,
    Wanted,
    after,
    count_items,
    find_item,
    find_items,
    items_asked_about,
    items_with_queries,
    payers,
)
from hangtime.worklist.items import CONFIDENCES, STATES, Item, forget, forget_all, keep, work_item
from hangtime.worklist.judging import UNKNOWN, Judged, judge
from hangtime.worklist.scrubbing import scrub_rows

__all__ = [
    "CONFIDENCES",
    "STATES",
    "UNKNOWN",
    "Counted",
    "Figures",
    "Item",
    "Judged",
    "Order",
    "Page",
    "UnknownCursor",
    "Wanted",
    "after",
    "count_items",
    "figures",
    "find_item",
    "find_items",
    "forget",
    "forget_all",
    "items_asked_about",
    "items_with_queries",
    "judge",
    "keep",
    "payers",
    "scrub_rows",
    "work_item",
]
