"""Spectrum to counts and nuisances, to statistics, to a limit on a coupling; scans and projections."""

from darkrecoil.limits.api import limit, project
from darkrecoil.limits.curve import curve
from darkrecoil.limits.export import as_json
from darkrecoil.limits.recasts import recast
from darkrecoil.limits.settings import Settings
from darkrecoil.limits.study import Study, study

__all__ = ["Settings", "Study", "as_json", "curve", "limit", "project", "recast", "study"]
