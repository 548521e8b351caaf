"""What a PostgreSQL server holds, asked beside the driver of the code under test.

It speaks the server's own protocol, so that one way serves every driver, blocking or
not, and no connection of the code under test is disturbed.
"""
