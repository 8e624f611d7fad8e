"""The checks of `toolkit validate --watch`: each claims something of the whole time watched."""
