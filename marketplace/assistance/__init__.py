"""The assistance record: identification, causes, measures, visits, monitoring, exit and re-entry, kept as history.

It refuses to edit what stood: a spell is ended and a new one begun, and nobody approves what they proposed.
"""
