"""The service over HTTP. No rule stands here: it asks the rooms below."""
