"""The demonstration county: a year of an invented county's trade, built through the services of the other packages alone.

It owns no table. Everybody in it is invented: names are drawn by lot, ID numbers carry the unassigned prefix 360399, pictures are
drawn by the house. The same seed gives the same county, placed relative to today. It refuses to build in production.
"""
