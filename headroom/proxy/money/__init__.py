"""What requests cost through the proxy and would have cost direct, and what is remembered of it."""
