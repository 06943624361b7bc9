"""Who signs in: users, the roles they hold on areas, their sessions, and the trail of what they did.

It refuses to keep a password or a one-time code in clear, to let anybody grant a role to themselves, to say whether a number
has an account, and to change or delete a line of the trail.
"""
