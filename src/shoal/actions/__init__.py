"""Verbs: each opens the transaction, checks the actor, calls the store, and returns domain values.

The one way into an issue is `apply`; `values` makes stored values of what people write.
"""

from shoal.store.db import Database as Database
