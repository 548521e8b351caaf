"""Production readiness.

structured-logging: Structured logs at key decisions.
health-checks: Health checks and monitoring hooks.
metrics: Metrics and timing.
horizontal-scale: Scale out from the start.
backpressure: Rate limits and backpressure.
circuit-breakers: Circuit breakers for external dependencies.
"""
