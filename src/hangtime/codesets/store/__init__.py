"""The code sets a user imported: every quarter of each, side by side, found by date of service.

    store = Store()
    store.pair("professional", "96365", "36000", date(2024, 8, 1))

Every answer names its table; an answer without a table says that none covers the date, which is
not the same as a table without the entry.  Nothing is read before it is asked for.
"""

from hangtime.codesets.store.lookup import Store
from hangtime.codesets.store.records import Answer, Refused, StoredTable

__all__ = ["Answer", "Refused", "Store", "StoredTable"]
