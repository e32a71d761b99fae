"""The throw-away organisation of `shoal demo`: its people and queues, issues like those of real trackers, and a walk.

    words.py          the words that texts are made of, in three languages
    issues.py         issues by seed: the same seed, the same issues
    organisation.py   fills a database; may be given again, and goes on where it was
    walk.py           what `make demo` shows, through the HTTP API like any client

Nothing here is data of anybody: the shapes follow what public trackers have, the texts are made up.
"""
