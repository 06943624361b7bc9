"""Grievances: brought by anybody, also without an account or a name, and answered by somebody who is not concerned in it.

Owns what was complained of, each signed step towards the answer, and the days within which it must be given. Refuses that a
village judges complaints of itself, that whoever is complained of sees or handles the matter, and that an appeal is decided by
whoever answered first. Knows neither goods nor the assistance record: a household's number in somebody's words is read by people.
"""
