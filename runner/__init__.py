"""Kigen: keeps prepaid lines alive through provider portals that have no API."""
