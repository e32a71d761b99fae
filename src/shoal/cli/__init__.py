"""The command `shoal`: one module a command, and the tree of processes that `shoal serve` keeps.

serve.py prepares the database and starts a tree (tree.py) of children (child.py); api.py and worker.py are what runs
in the children.
"""
