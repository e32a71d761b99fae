"""Runs bulk changes on durable jobs.

`worker` is the process, `chunk` one step of a bulk change in one transaction, `sweeper` what takes over the jobs of
workers that died. A worker works or ends (`runner`, `watchdog`). What a chunk does to its issues is `actions.apply`,
what is done when it fails `actions.running`.
"""
