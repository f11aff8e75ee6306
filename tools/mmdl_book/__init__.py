"""The book's tool: builds the site and the PDF, runs the tests, serves a preview."""
