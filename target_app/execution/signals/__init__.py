"""A webhook's body: fields read, checked and brought to one form."""
