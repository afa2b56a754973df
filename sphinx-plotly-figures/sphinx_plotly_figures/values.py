"""What a stored figure holds, read without trust: any part of it may be missing or of another kind."""

import base64
import math

import numpy as np

__all__ = ["FigureError", "array", "at", "dictionary", "number", "plain"]


class FigureError(ValueError):
    """A figure cell that the page cannot show as it must."""


def plain(value):
    """Turn Plotly's typed arrays (base64) into lists, and what is not finite into None, at any depth."""
    if isinstance(value, dict):
        if "bdata" in value:
            array = np.frombuffer(base64.b64decode(value["bdata"]), np.dtype(value["dtype"]).newbyteorder("<"))
            if "shape" in value:
                array = array.reshape([int(n) for n in str(value["shape"]).split(",")])
            return plain(array.tolist())
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def dictionary(value):
    """The value if it is a dictionary, else an empty one."""
    return value if isinstance(value, dict) else {}


def array(value):
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def number(value, default=None):
    """The value if it is a number, else the default."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else default


def at(values, place):
    """What stands at a place of nested lists, or None where they are no lists or too short."""
    for i in place:
        if not isinstance(values, list) or i >= len(values):
            return None
        values = values[i]
    return values
