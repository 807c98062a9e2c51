"""What tests draw: cases, small rulebooks, reforms; by Hypothesis or by a seed."""
