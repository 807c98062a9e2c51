"""The rulebook: documents, measures, rows, parameters, territories, classifications, reforms."""
