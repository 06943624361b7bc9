"""The farmer's desk: the home that gathers what households sell, earn and need. Composed from the rooms below; writes nothing."""
