"""The package behind "Sorafenib resistance in liver cancer: an executable review"."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("sorafenib-book")
except PackageNotFoundError:  # a checkout that was not installed
    __version__ = "unknown"
