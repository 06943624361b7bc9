"""Payments: intents, attempts, outcomes; receipts seen by two officials; refunds carried out.

It owns what was asked of a gateway, what the gateway said, and what that changed. Money reaches orders, income and the book only
through `services.confirm`, in one transaction. It refuses to decide who deserves a refund (orders does) and to know a provider
outside its gateway module.
"""
