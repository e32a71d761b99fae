"""All the SQL, one module a noun: functions that take a transaction and give domain values.

No rule of the product and no decision on rights is made here; `search` and `apply` alone build statements at run time.
"""
