"""The county's places: county, townships, villages, with their statistical codes and their names in two languages.

The code is the path (docs/decisions/0001-areas-are-their-codes.md): whoever is responsible for an area is responsible for every
code that begins with its code. It refuses codes that do not nest, and never drops a place that rows may point at.
"""
