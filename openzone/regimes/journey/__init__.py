"""The journey: a business plan walked through every regime, to one verdict and dated steps."""
