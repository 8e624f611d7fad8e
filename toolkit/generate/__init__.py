"""What `toolkit build` writes: files made from the definitions, or compared with them."""
