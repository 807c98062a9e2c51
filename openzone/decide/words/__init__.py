"""What is said to people, in Chinese and English: from plain data to text."""
