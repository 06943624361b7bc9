"""What the templates of tours are given: one typed value per page, by who reads it."""
