"""What a figure was measured on: it means little without."""

import os
import platform
import resource
from importlib.metadata import version


def facts(*packages: str) -> dict[str, object]:
    """The machine, its load now, Python and the packages that matter."""
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in packages},
    }


def peak_mib() -> float:
    """The largest resident size so far of this process, or of its largest child, in MiB."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return round(max(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024, 1)


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
