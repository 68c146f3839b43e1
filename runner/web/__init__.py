"""What is served over HTTP: the dashboard, live pages, codes from phones, and what programs ask for."""
