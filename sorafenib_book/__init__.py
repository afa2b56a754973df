"""The package behind "Sorafenib resistance in liver cancer: an executable review"."""
