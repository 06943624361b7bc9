"""What is on sale: categories, offers, their stock and who holds a part of it; the catalogue and its search; what buyers say.

It refuses to sell what is not there (one conditional UPDATE per line), to let anybody approve what they listed, to change
the record of stock, and to know who buys or what becomes of the money. Reviews are kept here and handed over by `orders`, which
knows what was delivered and to whom; nobody changes one: a seller answers once, an official hides it once and says why.
"""
