"""Who may do what: roles with one managed policy, and the words of the access reviews (164.312(a)(1))."""
