"""Charts that more than one chapter draws."""
