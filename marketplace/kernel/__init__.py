"""Money, clock, ids, errors, crypto, database: the ground every room stands on. Imports nothing of ours and knows no Flask."""
