"""How fast Shoal is, as a ratio to what the same database does for the same rows with one hand-written statement.

    python -m bench                 1,000, 10,000 and 100,000 issues
    python -m bench 10000 --rounds 9

Both are measured in one run, in turn, on the same rows of the same server, history included; the ratio is the median
of the rounds' ratios. Absolute times depend on the machine.
"""
