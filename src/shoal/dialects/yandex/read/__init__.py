"""The Yandex wire as domain values: one module a noun. Pure: what needs the database is looked up by the actions."""
