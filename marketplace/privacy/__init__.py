"""Personal data: what is held of whom and why, what somebody may see and take along of it, and how it ends.

Owns the list of holdings, the requests for erasure and the passes that seal values anew. Refuses to erase while a duty stands,
and that one official decides alone. The data itself belongs to the rooms below; each of them forgets its own.
"""
