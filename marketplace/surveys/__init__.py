"""Surveys of how people feel the effect of the help: questionnaires of five-point items, their answers, and what these add up to.

Owns questionnaires with their items, single-use codes on slips and sheets of paper, answers, and the counts that results are read
from. Refuses to change a question once it was put to people, to count a slip or sheet twice, and to keep who answered.
"""
