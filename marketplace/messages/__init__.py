"""The outbox: what the site says to people outside its pages, written in the transaction that caused it and sent afterwards.

A message lies sealed until it is sent and is emptied then: it may hold a sign-in code. It refuses to send inside a writing
transaction, and to keep what it said.
"""
