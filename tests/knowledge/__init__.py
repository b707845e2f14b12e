"""Tests of the knowledge: tables for people, an oracle, properties, and the data itself."""
