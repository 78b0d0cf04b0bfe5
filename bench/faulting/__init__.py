"""The parts of `bench.faults`: what is done to runs, and what must hold afterwards."""
