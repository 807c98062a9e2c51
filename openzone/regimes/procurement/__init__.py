"""Government procurement: who may bid, with which preference."""
