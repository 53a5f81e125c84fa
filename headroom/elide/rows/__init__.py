"""Records of JSON, tables and stanzas: which rows and values stay."""
