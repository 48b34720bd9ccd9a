"""Numbers that look random and are always the same: SplitMix64's finaliser of a salt and a key."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)


def uniform(salt: int, key: npt.ArrayLike) -> Floats:
    """h(salt, key): evenly in (0, 1), element by element."""
    with np.errstate(over="ignore"):
        x = np.asarray(key, dtype=np.uint64) * _GOLDEN + np.uint64(salt) * _M1
        x = (x ^ (x >> np.uint64(30))) * _M1
        x = (x ^ (x >> np.uint64(27))) * _M2
        x = x ^ (x >> np.uint64(31))
    return ((x >> np.uint64(11)).astype(np.float64) + 0.5) / float(1 << 53)


def normal(salt: int, key: npt.ArrayLike) -> Floats:
    """e(salt, key): the normal quantile of h (Acklam's rational approximation, 1e-9)."""
    return quantile(uniform(salt, key))


def quantile(p: Floats) -> Floats:
    """The standard normal quantile."""
    a = (-39.69683028665376, 220.9460984245205, -275.9285104469687,
         138.3577518672690, -30.66479806614716, 2.506628277459239)  # fmt: skip
    b = (-54.47609879822406, 161.5858368580409, -155.6989798598866,
         66.80131188771972, -13.28068155288572, 1.0)  # fmt: skip
    c = (-0.007784894002430293, -0.3223964580411365, -2.400758277161838,
         -2.549732539343734, 4.374664141464968, 2.938163982698783)  # fmt: skip
    d = (0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1.0)
    q = p - 0.5
    r = q * q
    middle = q * np.polyval(a, r) / np.polyval(b, r)
    tail = np.sqrt(-2 * np.log(np.minimum(p, 1 - p)))
    edge = np.polyval(c, tail) / np.polyval(d, tail)
    edge = np.where(p < 0.5, edge, -edge)
    return np.where((p < 0.02425) | (p > 1 - 0.02425), edge, middle)
