"""The fire drill: every alert is made to fire for real, to notify, and to resolve."""
