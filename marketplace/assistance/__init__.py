"""The assistance record of a household: identification, causes, measures, helper, visits, year ledger, and the register import.

It owns what the county knows of a household's need and help. It refuses to show a personal field without a reason and a row
that says who looked, to rewrite history, and to let one person both propose and accept.
"""
