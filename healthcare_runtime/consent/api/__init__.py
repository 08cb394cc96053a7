"""The FHIR REST API of consents, behind API Gateway: requests in, answers out, no web framework between."""
