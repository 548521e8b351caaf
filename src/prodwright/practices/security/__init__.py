"""Security best practices.

sensitive-data: Nothing sensitive in plain text.
access-control: Authentication and authorisation.
parameterized-queries: No injection into queries.
least-privilege: Least privilege.
sanitize-io: Sanitise input and output.
timing-leaks: Timing attacks and information leaks.
secure-random: Secure randomness.
"""
