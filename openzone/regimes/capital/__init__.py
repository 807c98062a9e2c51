"""Foreign investment: may this investor enter, how far, on what terms."""
