"""What is on sale: categories, offers, their stock and who holds a part of it; the catalogue and its search.

It refuses to sell what is not there (one conditional UPDATE per line), to let anybody approve what they listed, to change
the record of stock, and to know who buys or what becomes of the money.
"""
