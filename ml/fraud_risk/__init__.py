"""The fraud and anomaly score: synthetic arrivals, training, inference, the server of the endpoint, the report."""
