"""What the bank and the payment services say of the county's money, laid beside the book row by row.

Owns what they said, which rows of both sides belong together, and the differences that are left until two people explained them.
Refuses to change the book: a difference is mended where it arose. The one thing it has posted is what a payment service kept for
itself, which nobody else tells.
"""
