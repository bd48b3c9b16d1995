"""Coverage of 90 % limits at b = 0.5, 3, 10 with 15 % efficiency and 20 % background uncertainty: a table and a figure per background.

uv run python validation/limit_coverage.py [folder]
"""

import sys
from pathlib import Path

import numpy as np

from darkrecoil import plots
from darkrecoil.statistics.counting import Counting
from darkrecoil.statistics.coverage import coverage

SIGNALS = np.linspace(0, 15, 151)


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    folder.mkdir(parents=True, exist_ok=True)
    print("| b | method | least coverage | at s | mean | least, nominal nuisances | mean limit without signal |")
    print("|---" * 7 + "|")
    for b in (0.5, 3.0, 10.0):
        found = coverage(Counting(b, 0.2, 1.0, 0.15), SIGNALS)
        for c in found:
            least = int(np.argmin(c.averaged))
            numbers = (
                f"{c.averaged[least]:.4f} | {SIGNALS[least]:.1f} | {c.averaged.mean():.4f} | {c.nominal.min():.4f} | {c.mean_limit:.3f}"
            )
            print(f"| {b:g} | {c.method} | {numbers} |")
        title = f"b = {b:g} events +- 20 %, efficiency +- 15 %"
        figure = plots.coverage(
            SIGNALS, {c.method: (c.averaged, c.nominal) for c in found}, 0.9, title, command="validation/limit_coverage.py"
        )
        plots.save(figure, folder / f"coverage_{b:g}.png")


if __name__ == "__main__":
    main()
