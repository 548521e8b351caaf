"""Real-world conditions.

memory: Memory and garbage collection.
pooling: Connection pooling and resources.
data-structures: Structures that fit the access.
caching: Caches and their invalidation.
concurrency: Concurrent access and races.
transactions: Transaction boundaries.
eventual-consistency: Eventual consistency.
"""
