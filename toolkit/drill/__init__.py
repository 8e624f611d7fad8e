"""The fire drill: every alert is made to fire for real, told, and seen to end."""
