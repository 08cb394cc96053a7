"""The parts of the VPC: exact subnets, flows between roles, access lists, endpoints, flow logs."""
