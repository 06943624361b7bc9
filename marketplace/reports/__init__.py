"""What officials read: the income recorded through the platform, from the county's figure down to the order line.

It composes named reads of the rooms below and writes none of their tables. It refuses to show a figure without the moment it
stands at, its definition and the rows that make it, and to show small cells of a foreign area.
"""
