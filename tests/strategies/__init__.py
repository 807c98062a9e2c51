"""What tests draw: cases, small rulebooks, reforms. One description, drawn by Hypothesis or a seed."""
