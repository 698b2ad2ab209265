"""What a turn costs: 小福 beside a plain Rasa project, asked the same questions."""
