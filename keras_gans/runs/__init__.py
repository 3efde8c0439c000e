"""Run folders: what decides a run, its training, and what it leaves.

Nothing is exported here, since the command line reads `settings` at its start and must not load the rest.
"""
