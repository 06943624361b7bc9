"""What a sale meant for a household: attribution, the stages of income, statements, pay-outs, roll-ups for reports.

Owns the link from each fen to the household (or named pool) that earned it, frozen with the standing of that day. Refuses to move
a household's record, to change a line once written, and to pay anyone on one official's word. A closed month's figures never
change: what happens later is written in the month in which it happens.
"""
