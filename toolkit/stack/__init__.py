"""The processes of the local stack: started, watched and ended on this machine."""
