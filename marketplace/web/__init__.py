"""Flask glue: policy guards, form kit, CSRF, languages, security headers, filters, error pages, health.

Knows a signed-in person only as a small protocol (`identity.Person`); `accounts` supplies the real one. Decides nothing about the
marketplace itself.
"""
