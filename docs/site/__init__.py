"""What the site is made of besides its pages' own texts: `docs/conf.py` calls `pages.write`."""
