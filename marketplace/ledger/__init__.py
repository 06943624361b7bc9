"""The double-entry book: transactions, entries and cached balances, guarded by triggers on both engines.

Owns what was posted and refuses to change it: a mistake is corrected by posting its opposite. It knows no order, no household and
no person; accounts are opaque paths and sources opaque references, so identities can be forgotten without touching the book.
"""
