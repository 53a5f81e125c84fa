"""Whole sessions of agents through the proxy, priced against a provider that caches prompts."""
