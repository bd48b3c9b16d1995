"""Thermal dark matter: degrees of freedom, annihilation, the Boltzmann equation, the couplings that give the measured density."""
