"""What a question asks for, and how well texts answer it."""
