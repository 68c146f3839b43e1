"""Playing steps on a page: finding, acting, reading, watching. Knows no money rules and no ledger."""
