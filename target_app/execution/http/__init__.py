"""What stands between the socket and the pipeline: requests in, answers and documents out."""
