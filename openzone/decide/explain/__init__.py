"""Why an answer is what it is, which rows came close, what to ask."""
