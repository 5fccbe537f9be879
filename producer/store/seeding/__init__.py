"""Seed folders: files that a clinic can write, loaded into a timetable whole or not at all."""

from producer.store.seeding.faults import BadSeed, Fault
from producer.store.seeding.run import SeedReport, seed
from producer.store.seeding.wear import Wear, wear_of

__all__ = ["BadSeed", "Fault", "SeedReport", "Wear", "seed", "wear_of"]
