"""What can go wrong, each judged without a specification."""
