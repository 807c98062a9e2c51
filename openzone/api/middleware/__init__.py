"""What stands around every route; plain ASGI, so that it costs little."""
