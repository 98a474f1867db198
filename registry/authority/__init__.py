"""May they? Whether a zone may do an act for an item on a day, decided here and nowhere else."""
