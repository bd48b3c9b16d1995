"""What is already known of a plane."""
