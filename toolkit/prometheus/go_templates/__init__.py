"""Go's templates, as Prometheus reads them in labels and annotations of alerts."""
