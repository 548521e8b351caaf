"""The flow and its journal: durable passages from request to delivery."""
