"""ai: generates signals, predicts, and learns from what became of them."""
