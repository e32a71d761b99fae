"""All the SQL, one module a noun: functions that take a transaction and give domain values.

No rule of the product and no decision on rights is made here. Statements are constants; those of a search, of a planned
change (`compiled`, `places`, `apply`) and of `directories` are composed. Rows become domain values in `db`.
"""
