"""Households and their members as people who sell: dated membership, who may act for a household, sellers, consent.

It owns no assistance record and no money. It refuses to show personal data in clear, to delete a household, to let a telephone
number by itself speak for one, and to let anybody approve a seller they applied for.
"""
