"""Decays of new particles: which ones, their widths and branching fractions, their kinematics with spin, where they happen."""
