"""Keys of their own for those whose personal data is sealed: who destroys the key has erased the data, in every copy of it.

Owns one wrapped key a subject. Knows no person and none of what is sealed. Refuses a second key to a subject that was erased.
"""
