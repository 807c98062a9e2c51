"""Search: activities, rows, codes and places by the words people use."""
