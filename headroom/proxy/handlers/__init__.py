"""One handler for each wire that is understood; the order of a request is in `base`."""
