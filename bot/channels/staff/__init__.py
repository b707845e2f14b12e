"""The console of the people who take calls."""
