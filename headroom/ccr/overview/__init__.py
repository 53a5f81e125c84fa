"""What stands for a text where no words of a question help: by what kind of text it is."""
