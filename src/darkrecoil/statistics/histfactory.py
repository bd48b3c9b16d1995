"""HistFactory models as JSON: dictionaries of pyhf's schema 1.0.0 to models and back.

normsys is read with code 4 and histosys with code 4p, which are pyhf's own; a workspace that asks for others through
pyhf's ``modifier_settings`` is outside the format, so ``read`` takes the codes as arguments. What pyhf cannot say, a
Gaussian factor (code 0 norm) or an exponential one (code 1), is written as normsys with the two variations it has, and
the codes that it wants are said by ``codes``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from darkrecoil._errors import BadFile, BadValue
from darkrecoil.records import Floats
from darkrecoil.statistics.model import Channel, Constraint, Effect, Model, Norm, PerBin, Sample, Scale, Shape

VERSION = "1.0.0"
MODIFIERS = ("normfactor", "lumi", "normsys", "histosys", "shapesys", "staterror", "shapefactor")


def read(workspace: Mapping[str, Any], norm_code: int = 4, shape_code: int = 4, measurement: str | None = None) -> Model:
    """The model of a workspace, with its observations. BadFile for what is missing or unknown, BadValue for bad numbers."""
    try:
        chosen = _measurement(workspace, measurement)
        poi = chosen["config"]["poi"]
        settings = {p["name"]: p for p in chosen["config"].get("parameters", [])}
        seen = {o["name"]: o["data"] for o in workspace.get("observations", [])}
        generated = _generated(workspace["channels"], seen)
        channels: list[Channel] = []
        constraints: dict[str, Constraint] = {}
        for channel in workspace["channels"]:
            if _only_factor(channel) in generated:
                continue
            known: dict[str, Any] = {**_statistical(channel), **generated}
            samples = tuple(
                Sample(s["name"], s["data"], tuple(_effect(m, s, channel, known, norm_code, shape_code) for m in s["modifiers"]))
                for s in channel["samples"]
            )
            channels.append(Channel(channel["name"], samples, seen.get(channel["name"])))
            lumis = {m["name"] for s in channel["samples"] for m in s["modifiers"] if m["type"] == "lumi"}
            constraints |= {n: Constraint(float(settings[n]["auxdata"][0]), float(settings[n]["sigmas"][0])) for n in lumis}
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise BadFile("not a HistFactory workspace", _named(error), hint="see the schema of pyhf, version 1.0.0") from None
    constraints |= {n: Constraint(float(p["inits"][0]), None) for n, p in settings.items() if p.get("fixed") and "inits" in p}
    fixed = [name for name, p in settings.items() if p.get("fixed")]
    if fixed:
        raise BadFile("a workspace that fixes parameters is not read", ", ".join(fixed), hint="leave the modifiers out instead")
    return Model(tuple(channels), poi, constraints)


def write(model: Model, measurement: str = "darkrecoil") -> dict[str, Any]:
    """The workspace of a model of one hypothesis: channels, observations (zero where there are none), one measurement.

    Counts generated in an empty window have no sample content that shapesys could act on: they become a free normalisation
    with an auxiliary channel that observed ``auxiliary`` events, which is the same likelihood. BadValue for many hypotheses.
    """
    if model.hypotheses > 1:
        raise BadValue("a workspace holds one hypothesis", model.hypotheses, "allowed: 1", "write one file per mass")
    channels: list[dict[str, Any]] = []
    seen: list[dict[str, Any]] = []
    for channel in model.channels:
        samples: list[dict[str, Any]] = []
        extra: list[tuple[Any, Any]] = []
        for sample in channel.samples:
            modifiers: list[dict[str, Any]] = []
            contents = _row(sample.contents)
            for effect in sample.effects:
                modifiers += _modifier(effect, contents, model, channel.name, extra)
            samples.append({"name": sample.name, "data": contents.tolist(), "modifiers": modifiers})
        channels += [{"name": channel.name, "samples": samples}, *(c for c, _ in extra)]
        observed = np.zeros(channel.bins) if channel.observed is None else _row(channel.observed)
        seen += [{"name": channel.name, "data": observed.tolist()}, *(o for _, o in extra)]
    return {
        "channels": channels,
        "observations": seen,
        "measurements": [{"name": measurement, "config": {"poi": model.poi, "parameters": _parameters(model)}}],
        "version": VERSION,
    }


def codes(model: Model) -> dict[str, dict[str, str]]:
    """The ``modifier_settings`` with which pyhf reads the written workspace as the model means it. BadValue if it cannot."""
    norms = {e.code for s in model.samples() for e in s.effects if isinstance(e, Norm)} or {4}
    shapes = {e.code for s in model.samples() for e in s.effects if isinstance(e, Shape)} or {4}
    if len(norms) > 1 or len(shapes) > 1:
        raise BadValue("pyhf has one interpolation per kind", sorted(norms | shapes), hint="use one code in the whole model")
    return {
        "normsys": {"interpcode": f"code{norms.pop()}"},
        "histosys": {"interpcode": {0: "code0", 4: "code4p"}[shapes.pop()]},
    }


def _measurement(workspace: Mapping[str, Any], name: str | None) -> Mapping[str, Any]:
    found: Sequence[Mapping[str, Any]] = workspace["measurements"]
    named = [m for m in found if name is None or m["name"] == name]
    if not named:
        raise BadFile("no measurement of this name in the workspace", name, f"known: {', '.join(m['name'] for m in found)}")
    return named[0]


def _effect(
    modifier: Mapping[str, Any], sample: Mapping[str, Any], channel: Any, known: Mapping[str, Any], norm: int, shape: int
) -> Effect:
    """The effect of a modifier; ``known``: errors of staterrors, (tau, auxiliary) of factors that a channel of their own counts."""
    kind, name, data = modifier["type"], modifier["name"], modifier["data"]
    if kind in ("normfactor", "lumi"):
        return Scale(name)
    if kind == "normsys":
        return Norm(name, data["hi"], data["lo"], norm)
    if kind == "histosys":
        return Shape(name, data["hi_data"], data["lo_data"], shape)
    if kind == "staterror":
        return PerBin(name, "gaussian", known[name], 1.0)
    if kind == "shapefactor":
        return PerBin(name, "poisson", *known[name]) if name in known else PerBin(name, "free")
    if kind == "shapesys":
        nominal, error = np.asarray(sample["data"], float), np.asarray(data, float)
        tau = np.where((error > 0) & (nominal > 0), nominal**2 / np.where(error > 0, error, 1.0) ** 2, FIXED)
        return PerBin(f"{name}/{sample['name']}", "poisson", tau, tau)
    raise BadFile(f"no modifier of this kind in {channel['name']}", kind, f"known: {', '.join(MODIFIERS)}")


def _only_factor(channel: Mapping[str, Any]) -> str | None:
    """The name of the shapefactor that is all there is in a channel of one sample."""
    modifiers = [m for s in channel["samples"] for m in s["modifiers"]]
    only = len(channel["samples"]) == len(modifiers) == 1 and modifiers[0]["type"] == "shapefactor"
    return modifiers[0]["name"] if only else None


def _generated(channels: Sequence[Mapping[str, Any]], seen: Mapping[str, Any]) -> dict[str, tuple[Floats, Floats]]:
    """Contents and observation, by the name of a shapefactor, of the channels that do nothing but count what it multiplies elsewhere.

    BadFile for a shapefactor that is shared by channels in another way.
    """
    users: dict[str, list[Mapping[str, Any]]] = {}
    for channel in channels:
        for name in {m["name"] for s in channel["samples"] for m in s["modifiers"] if m["type"] == "shapefactor"}:
            users.setdefault(name, []).append(channel)
    found = {}
    for name, some in users.items():
        counting = [channel for channel in some if _only_factor(channel) == name]
        if len(some) == 1:
            continue
        if len(some) > 2 or len(counting) != 1:
            raise BadFile("a shapefactor that channels share is not read", name, hint="give each channel a factor of its own")
        counted = counting[0]
        found[name] = np.asarray(counted["samples"][0]["data"], float), np.asarray(seen[counted["name"]], float)
    return found


FIXED = 1e16  # auxiliary count of a bin without an error: its factor stays 1


def _statistical(channel: Mapping[str, Any]) -> dict[str, Floats]:
    """Relative errors of the bins by name of staterror: of the sum of the samples that carry it."""
    squares: dict[str, Floats] = {}
    totals: dict[str, Floats] = {}
    for sample in channel["samples"]:
        for m in sample["modifiers"]:
            if m["type"] == "staterror":
                squares[m["name"]] = squares.get(m["name"], 0.0) + np.asarray(m["data"], float) ** 2
                totals[m["name"]] = totals.get(m["name"], 0.0) + np.asarray(sample["data"], float)
    return {n: np.where(totals[n] > 0, np.sqrt(s) / np.where(totals[n] > 0, totals[n], 1.0), 1e-8) for n, s in squares.items()}


def _modifier(effect: Effect, contents: Floats, model: Model, channel: str, extra: list[tuple[Any, Any]]) -> list[dict[str, Any]]:
    if isinstance(effect, Scale):
        lumi = effect.parameter in model.constraints and model.constraints[effect.parameter].error is not None
        return [{"name": effect.parameter, "type": "lumi" if lumi else "normfactor", "data": None}]
    if isinstance(effect, Norm):
        return [{"name": effect.nuisance, "type": "normsys", "data": {"hi": _one(effect.high), "lo": _one(effect.low)}}]
    if isinstance(effect, Shape):
        data = {"hi_data": _row(effect.high).tolist(), "lo_data": _row(effect.low).tolist()}
        return [{"name": effect.nuisance, "type": "histosys", "data": data}]
    name = effect.name.replace("/", "_")
    if effect.kind == "free":
        return [{"name": name, "type": "shapefactor", "data": None}]
    tau, seen = (np.broadcast_to(_row(x), contents.shape) for x in (effect.tau, effect.auxiliary))
    if effect.kind == "gaussian":
        return [{"name": name, "type": "staterror", "data": (tau * contents).tolist()}]
    if np.allclose(tau, seen, rtol=1e-12):
        error = np.where(tau < FIXED, contents / np.sqrt(np.maximum(tau, 1e-300)), 0.0)
        return [{"name": name, "type": "shapesys", "data": error.tolist()}]
    free = f"{channel}_{name}"
    sample = {"name": "generated", "data": tau.tolist(), "modifiers": [{"name": free, "type": "shapefactor", "data": None}]}
    extra.append(({"name": f"{free}_generated", "samples": [sample]}, {"name": f"{free}_generated", "data": seen.tolist()}))
    return [{"name": free, "type": "shapefactor", "data": None}]


def _parameters(model: Model) -> list[dict[str, Any]]:
    """Bounds of the parameter of interest wide enough for any limit, and the luminosity's constraint."""
    found: list[dict[str, Any]] = [{"name": model.poi, "inits": [1.0], "bounds": [[0.0, 1e6]]}]
    for name, c in model.constraints.items():
        if c.error is not None:
            spread = [[max(c.value - 5 * c.error, 1e-10), c.value + 5 * c.error]]
            found.append({"name": name, "inits": [c.value], "auxdata": [c.value], "sigmas": [c.error], "bounds": spread})
    return found


def _row(values: Any) -> Floats:
    row: Floats = np.atleast_2d(np.asarray(values, float))[0]
    return row


def _one(value: Any) -> float:
    return float(np.asarray(value, float).flat[0])


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
