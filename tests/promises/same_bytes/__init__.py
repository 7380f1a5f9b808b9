"""Records the responses of the server and the output of its commands, byte by byte, and compares two recordings.

    cd TREE && .venv/bin/python -m tests.promises.same_bytes record before.json
    cd TREE && .venv/bin/python -m tests.promises.same_bytes compare before.json after.json --allow changed.toml

`record` runs the stories in the folder `stories`: each step is a command, a request, a GraphQL document or a run of the
background jobs. It knows the program by its command line, its HTTP endpoints and the server factory alone, so that
recordings of any two commits can be compared.

The clock is fixed, and random values are numbered: they begin with a mark by which `record` finds them, and it writes
`<random 1>`, `<random 2>` … in their place, in the order in which they first appear. Nothing else is changed, except
ports, signatures (which are verified) and public keys. `compare` prints the first differences and exits with 1 if there
are any. A file for --allow lists intended changes of texts as `[[change]]` tables with `was` and `becomes`. In a
folder, behaviour.toml names the behaviour that was changed on purpose: records in which it shows may differ.
"""
