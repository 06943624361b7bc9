"""Public notices of procedures, for the board and the page of a village, and what people object to them.

It owns what hangs out, from which day to which, and the log of what was shown. It refuses to know whom a notice is about: a
masked name, a village, a number of people and an opaque subject are all it holds. Causes, illness, numbers of persons or banks
never come here. A notice is not shown after its last day, whether or not anybody takes it down.
"""
