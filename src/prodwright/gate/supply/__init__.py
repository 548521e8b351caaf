"""What a project takes from others: exact versions, licences, known flaws."""
