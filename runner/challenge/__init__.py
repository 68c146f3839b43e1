"""What a site asks of its owner: where codes come from, and a page in the hands of a person."""
